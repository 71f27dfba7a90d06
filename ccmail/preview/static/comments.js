// Comments by place. The mail stands in a frame without scripts: this script looks at its paragraphs from outside, and
// lays marks over the frame. A place is one of the campaign's file; it is found in the mail by its words.

const $ = (id) => document.getElementById(id);
const INLINE = new Set(["inline", "inline-block", "contents"]);
const LONGEST = 2500; // characters; what is longer is no paragraph but a layout
const ALIKE = 0.5;
const MARK = 28; // pixels
const ABOVE = 40; // pixels: the button stands above its block, whose words stay readable

let frame = null;
let scaleOf = () => 1;
let chosen = null; // the block that was clicked on

// ── words ──

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

function likeness(one, other) {
  if (!one.length || !other.length) return 0;
  const rest = new Map();
  for (const word of other) rest.set(word, (rest.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of one) {
    const left = rest.get(word) ?? 0;
    if (left) {
      common++;
      rest.set(word, left - 1);
    }
  }
  return (2 * common) / (one.length + other.length);
}

/** How well the words of a place, or the label of its fact, go with the text of a block: from 0 to 1. */
function fit(spot, text) {
  const alias = spot.dataset.alias;
  if (alias && wordsOf(text).join(" ").startsWith(wordsOf(alias).join(" "))) return 1;
  // only the beginning of a long text is known
  return likeness(wordsOf(spot.dataset.words), wordsOf(text.slice(0, spot.dataset.words.length + 20)));
}

function best(items, value) {
  let found = null;
  let most = ALIKE;
  for (const item of items) {
    const worth = value(item);
    if (worth > most) [found, most] = [item, worth];
  }
  return found;
}

// ── blocks of the mail ──

function textOf(element) {
  return (element.textContent ?? "").replace(/[\u00ad\u200b\u200c\u2007\ufeff\u034f]/g, "").replace(/\s+/g, " ").trim();
}

function blockOf(element) {
  const view = frame.contentWindow;
  for (let one = element; one && one !== frame.contentDocument.body; one = one.parentElement) {
    if (INLINE.has(view.getComputedStyle(one).display)) continue;
    const text = textOf(one);
    if (!text) continue;
    if (text.length > LONGEST) return null;
    const row = one.closest("tr");
    return row && textOf(row).length < 200 && one.tagName === "TD" ? row : one; // a fact with its label
  }
  return null;
}

function blocks() {
  const found = [];
  for (const one of frame.contentDocument.querySelectorAll("h1, h2, h3, h4, p, li, tr, td, div, a")) {
    const text = textOf(one);
    if (text && text.length <= LONGEST) found.push({ one, text });
  }
  return found;
}

// ── marks over the frame ──

let marked = []; // an open comment and its block, the comment's number

/** Find the blocks of open comments, after the mail or the comments have changed, and draw their marks. */
export function findMarks() {
  if (!$("marks") || !frame?.contentDocument?.body) return;
  const open = [...document.querySelectorAll("#comments .comment[data-words]")];
  const all = open.length ? blocks() : [];
  marked = open.map((comment, index) => ({ comment, number: index + 1, block: smallest(all, comment) }));
  drawMarks();
}

/** Draw the marks of open comments, and the button at the chosen block, where these stand now. */
export function drawMarks() {
  const place = $("marks");
  if (!place || !frame?.contentDocument?.body) return;
  const marks = marked.filter(({ block }) => block?.isConnected).map(mark);
  if (chosen?.isConnected) marks.push(...adding());
  place.replaceChildren(...marks.filter(Boolean));
}

function smallest(all, comment) {
  const found = best(all, ({ text }) => fit(comment, text) - text.length / 1e6);
  return found?.one;
}

function boxOf(block) {
  const box = block.getBoundingClientRect();
  const scale = scaleOf();
  return { top: box.top * scale, left: box.left * scale, width: box.width * scale, height: box.height * scale };
}

function mark({ block, comment, number }) {
  const { top } = boxOf(block);
  if (top < -MARK || top > frame.clientHeight * scaleOf()) return null;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mark";
  button.textContent = String(number);
  const text = comment.querySelector(".said").textContent;
  button.setAttribute("aria-label", $("marks").dataset.see.replace("{n}", number).replace("{text}", () => text));
  button.title = text;
  button.style.top = `${Math.max(0, top)}px`;
  button.addEventListener("click", () => {
    comment.scrollIntoView({ block: "nearest" });
    comment.focus();
  });
  return button;
}

function adding() {
  const { top, left, width, height } = boxOf(chosen);
  const outline = document.createElement("div");
  outline.className = "outline";
  Object.assign(outline.style, { top: `${top}px`, left: `${left}px`, width: `${width}px`, height: `${height}px` });
  const button = document.createElement("button");
  button.type = "button";
  button.id = "comment-here";
  button.className = "here";
  button.textContent = $("marks").dataset.add;
  button.style.top = `${Math.max(4, top - ABOVE)}px`;
  return [outline, button];
}

/** Return the place of the campaign's file that was clicked on, "" for the whole mail. */
export function chosenPlace() {
  if (!chosen) return "";
  const options = [...document.querySelectorAll("#spots option[data-words]")];
  const text = textOf(chosen);
  return best(options, (option) => fit(option, text))?.value ?? "";
}

export function forgetPlace() {
  chosen = null;
  drawMarks();
}

/** Watch the frame of the mail; `scale` returns how much smaller it is shown. */
export function watch(watched, scale) {
  frame = watched;
  scaleOf = scale;
  const inside = frame.contentDocument;
  if (!inside || !$("comment")) return;
  inside.addEventListener("click", ({ target }) => {
    const block = blockOf(target);
    chosen = block === chosen ? null : block;
    drawMarks();
  });
  inside.addEventListener("scroll", drawMarks, { passive: true });
  frame.contentWindow.addEventListener("resize", drawMarks);
  findMarks();
}
