// Buttons that copy a command. Where the browser does not allow it, the command is marked, to be copied by hand.

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const isCopied = await copied(button.dataset.copy);
  if (!isCopied) mark(button.parentElement.querySelector("code"));
  const said = isCopied ? button.dataset.copied : button.dataset.marked;
  const before = (button.dataset.label ??= button.textContent);
  button.textContent = said;
  document.getElementById("status").textContent = said;
  setTimeout(() => (button.textContent = before), 4000);
});

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or a page of another computer, which is no secure context
  }
}

function mark(code) {
  const range = document.createRange();
  range.selectNodeContents(code);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}
