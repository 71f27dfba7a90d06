// The preview page. The server renders; this script keeps the choice in the address, fetches the pieces of the page,
// and replaces those that have changed without losing scroll position or focus.

import "./copy.js";
import { chosenPlace, drawMarks, findMarks, forgetPlace, watch } from "./comments.js";

const $ = (id) => document.getElementById(id);
const name = document.body.dataset.name;
const here = `/${encodeURIComponent(name)}`;
const token = document.querySelector('meta[name="token"]').content;
const frames = [$("frame"), $("frame-beside")];
const USUAL = { view: "mail", width: "800", colours: "light", client: "sent", images: "on", beside: "", since: "" };
const PHONE = "375";

// ── the choice ──

const state = { ...USUAL, ...Object.fromEntries(new URLSearchParams(location.search)) };

function query() {
  const chosen = Object.entries(state).filter(([key, value]) => value && value !== USUAL[key]);
  return new URLSearchParams(chosen).toString();
}

function choose(changes) {
  Object.assign(state, changes);
  for (const key of ["width", "colours", "client"]) {
    for (const input of document.querySelectorAll(`input[name="${key}"]`)) input.checked = input.value === state[key];
  }
  document.querySelector('input[name="images"]').checked = state.images === "off";
  const chosen = query();
  history.replaceState(null, "", chosen ? `?${chosen}` : location.pathname);
  showView();
  resize();
  return update();
}

function showView() {
  const isMail = state.view === "mail";
  for (const tab of document.querySelectorAll('[role="tab"]')) {
    const isChosen = tab.dataset.view === state.view;
    tab.setAttribute("aria-selected", isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
  }
  $("sheet").setAttribute("aria-labelledby", `tab-${state.view}`);
  $("toolbar").hidden = !isMail;
  $("panel").hidden = isMail;
}

// ── the room for the mail: what is wider is shown smaller, so that nothing has to be scrolled sideways ──

let scale = 1;
const GAP = 16;

function resize() {
  const isPair = !$("second").hidden;
  const room = $("stage").clientWidth - 40;
  const wanted = Number(state.width) * (isPair ? 2 : 1) + (isPair ? GAP : 0);
  scale = room > 0 ? Math.min(1, room / wanted) : 1;
  for (const [screen, frame] of [[$("screen"), frames[0]], [$("second"), frames[1]]]) {
    screen.style.width = `${Number(state.width) * scale}px`;
    shrink(frame, Number(state.width), scale);
  }
  $("handle").setAttribute("aria-valuenow", state.width);
  for (const fit of document.querySelectorAll(".fit")) shrink(fit.firstElementChild, FITTED, Math.min(1, fit.clientWidth / FITTED));
  drawMarks();
}

function shrink(frame, width, by) {
  frame.style.width = `${width}px`;
  frame.style.height = by < 1 ? `${100 / by}%` : "100%";
  frame.style.transform = by < 1 ? `scale(${by})` : "";
}

const FITTED = 640; // pixels: the width of a mail on a computer
new ResizeObserver(resize).observe($("stage"));
addEventListener("resize", resize);

// ── answers of the server ──

const shown = { pieces: {}, frames: [], put: [] };
let latest = 0;

async function update() {
  const number = ++latest;
  const answer = await fetch(`${here}/pieces?${query()}`);
  if (answer.status === 403 || answer.status === 429) return location.reload(); // a new preview, with a new token
  if (!answer.ok || number !== latest) return;
  const page = await answer.json();
  if (number !== latest) return; // a newer choice is under way
  putFrames(page);
  for (const [id, html] of Object.entries(page.pieces)) putPiece(id, html);
  resize();
  findMarks();
  load();
  document.title = `${page.title} · ccmail`;
}

function putPiece(id, html) {
  const place = $(id);
  if (!place || shown.pieces[id] === html) return;
  shown.pieces[id] = html;
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = place.scrollTop;
  const value = place.value;
  const unfolded = [...place.querySelectorAll("details[id][open]")].map((one) => one.id);
  place.innerHTML = html;
  place.scrollTop = scrolled;
  for (const one of unfolded) $(one)?.setAttribute("open", "");
  if (value) place.value = value; // what somebody has chosen in an open dialog stays
  if (focused) $(focused)?.focus();
}

function putFrames(page) {
  $("stage").hidden = state.view !== "mail" || page.frames.length === 0;
  $("stage").classList.toggle("stale", page.stale);
  $("second").hidden = page.frames.length < 2;
  page.frames.forEach((frame, index) => putFrame(index, frame));
}

function putFrame(index, { html, lang, title }) {
  const frame = frames[index];
  frame.lang = lang;
  frame.title = title;
  shown.frames[index] = html;
  if (frame.getAttribute("src") === "about:blank") {
    frame.src = `${here}/frame?${query()}&variant=${encodeURIComponent(state.beside)}`; // with its own content policy
  } else fill(index);
}

function fill(index) {
  const frame = frames[index];
  const html = shown.frames[index];
  const inside = frame.contentDocument;
  const isReady = inside?.documentElement && inside.readyState === "complete" && inside.URL !== "about:blank";
  if (html === undefined || shown.put[index] === html || !isReady) return; // the load event fills it
  shown.put[index] = html;
  const { scrollTop, scrollLeft } = inside.scrollingElement ?? inside.documentElement;
  const made = new frame.contentWindow.DOMParser().parseFromString(html, "text/html");
  inside.replaceChild(inside.adoptNode(made.documentElement), inside.documentElement);
  const scrolling = inside.scrollingElement ?? inside.documentElement;
  scrolling.scrollTop = scrollTop;
  scrolling.scrollLeft = scrollLeft;
  findMarks();
}

/** Load the variants of the campaign's other mails, which the view of all has at its end. */
async function load() {
  for (const place of document.querySelectorAll("[data-load]")) {
    const from = place.dataset.load;
    delete place.dataset.load;
    const answer = await fetch(from);
    if (answer.ok) place.innerHTML = await answer.text();
  }
}

// ── inside the frames: links lead nowhere, both languages scroll together ──

let leader = null;

function prepare(frame) {
  const inside = frame.contentDocument;
  if (!inside || inside.URL === "about:blank") return;
  inside.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const goal = link?.getAttribute("href");
    if (!goal || goal.startsWith("#")) return;
    event.preventDefault();
    $("link").textContent = `${$("link").dataset.text} ${goal}`;
  });
  inside.addEventListener("keydown", onKey);
  for (const event of ["pointerenter", "wheel", "focusin", "touchstart", "keydown"]) {
    inside.addEventListener(event, () => (leader = frame), { passive: true, capture: true });
  }
  inside.addEventListener("scroll", () => follow(frame), { passive: true });
}

function follow(frame) {
  const other = frames.find((one) => one !== frame);
  if ($("second").hidden || (leader && leader !== frame) || !other.contentDocument) return;
  const from = frame.contentDocument.scrollingElement;
  const to = other.contentDocument.scrollingElement;
  const part = from.scrollTop / Math.max(1, from.scrollHeight - from.clientHeight);
  to.scrollTop = part * (to.scrollHeight - to.clientHeight);
}

frames.forEach((frame, index) => {
  frame.addEventListener("load", () => {
    prepare(frame);
    shown.put[index] = undefined;
    fill(index);
    if (index === 0) watch(frame, () => scale);
  });
  if (frame.contentDocument?.readyState === "complete") {
    prepare(frame);
    if (index === 0) watch(frame, () => scale);
  }
});

// ── choosing ──

document.addEventListener("change", ({ target }) => {
  if (target.name === "variant") choose({ variant: target.value, as: "" });
  else if (target.name === "images") choose({ images: target.checked ? "off" : "on" });
  else if (["as", "width", "colours", "client", "beside", "since"].includes(target.name)) choose({ [target.name]: target.value });
});

const tabs = [...document.querySelectorAll('[role="tab"]')];
for (const tab of tabs) {
  tab.addEventListener("click", () => choose({ view: tab.dataset.view }));
  tab.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    next.focus();
    choose({ view: next.dataset.view });
  });
}

const handle = $("handle");
const setWidth = (width) => choose({ width: String(Math.round(Math.min(2000, Math.max(240, width)))) });
handle.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 10, ArrowUp: 10, ArrowLeft: -10, ArrowDown: -10, PageUp: 100, PageDown: -100 }[event.key];
  if (!step) return;
  event.preventDefault();
  setWidth(Number(state.width) + step);
});
handle.addEventListener("pointerdown", (event) => {
  handle.setPointerCapture(event.pointerId);
  $("stage").classList.add("dragging");
  const [from, before] = [event.clientX, Number(state.width)];
  // a mail narrower than the stage is centred: its edge moves by half of the change of its width
  const factor = $("screen").offsetLeft > 24 && $("second").hidden ? 2 : 1;
  const move = (moved) => {
    state.width = String(Math.round(Math.min(2000, Math.max(240, before + (factor * (moved.clientX - from)) / scale))));
    resize();
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", () => {
    handle.removeEventListener("pointermove", move);
    $("stage").classList.remove("dragging");
    setWidth(Number(state.width));
  }, { once: true });
});

// ── keys ──

function onKey(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (target.matches?.("input:not([type=radio]):not([type=checkbox]), select, textarea")) return;
  const does = {
    m: () => choose({ width: state.width === PHONE ? USUAL.width : PHONE }),
    c: compare,
    i: () => choose({ images: state.images === "off" ? "on" : "off" }),
    d: () => choose({ colours: { light: "dark", dark: "inverted", inverted: "light" }[state.colours] }),
    "?": () => $("help").showModal(),
  }[key];
  if (does) does();
  else if (/^[1-9]$/.test(key)) $(`variant-${key}`)?.click();
}
document.addEventListener("keydown", onKey);

function compare() {
  if (state.beside) return choose({ beside: "" });
  const options = [...document.querySelectorAll("#beside option")];
  const chosen = document.querySelector('input[name="variant"]:checked')?.value;
  const languages = options.find((one) => one.value === chosen)?.dataset.languages;
  const other = options.find((one) => one.value && one.dataset.languages !== languages);
  return other ? choose({ beside: other.value }) : undefined;
}

// ── search for a reader ──

let asked = 0;
$("find")?.addEventListener("submit", (event) => event.preventDefault());
$("find-words")?.addEventListener("input", async ({ target }) => {
  const number = ++asked;
  await new Promise((resolve) => setTimeout(resolve, 150));
  if (number !== asked) return;
  const words = target.value.trim();
  const found = words ? await (await fetch(`${here}/find?words=${encodeURIComponent(words)}`)).json() : [];
  if (number !== asked) return;
  $("found").replaceChildren(...found.map(foundReader));
  if (words && !found.length) $("found").textContent = $("found").dataset.nobody;
});

function foundReader(reader) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = reader.label;
  button.addEventListener("click", () => choose({ variant: reader.variant, as: reader.as }));
  item.append(button);
  return item;
}

// ── test mails and approvals ──

const DIALOGS = ["test", "approve", "comment", "settle"];

document.addEventListener("click", ({ target }) => {
  const [dialog, what] = target.id.split("-");
  if (!DIALOGS.includes(dialog)) return;
  if (what === "open" || what === "here") open(dialog, target);
  if (what === "close") $(dialog).close();
});

function open(dialog, button) {
  $(`${dialog}-result`).textContent = "";
  const name = $(`${dialog}-form`).elements.by;
  if (name && !name.value) name.value = remembered();
  if (dialog === "approve") {
    $("approve-version").textContent = button.dataset.version; // what is on the screen
    $("approve-comments").textContent = button.dataset.comments;
  }
  if (dialog === "comment") $("spots").value = chosenPlace();
  $(dialog).showModal();
  if (dialog === "comment") $("comment-form").elements.text.focus();
}

/** The name under which somebody has commented or approved before, in this browser. */
function remembered(name) {
  try {
    if (name) localStorage.setItem("ccmail-name", name);
    return localStorage.getItem("ccmail-name") ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}

document.addEventListener("click", ({ target }) => {
  if (!target.dataset?.settle) return;
  const form = $("settle-form");
  form.elements.id.value = target.dataset.settle;
  form.elements.done.value = target.dataset.done;
  open("settle", target);
});
$("settle-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(event.target);
  const wish = { id: data.get("id"), done: data.get("done") === "true", by: remembered(data.get("by")) || data.get("by") };
  if (await act("settle", wish)) {
    $("settle").close();
    update();
  }
});
$("comment-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(event.target);
  remembered(data.get("by"));
  const wish = { place: data.get("place"), text: data.get("text"), by: data.get("by") };
  if (await act("comment", wish)) {
    event.target.elements.text.value = "";
    $("comment").close();
    forgetPlace();
    update();
  }
});
$("test-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = new FormData(event.target);
  const wish = {
    to: data.getAll("to"),
    other: data.get("other"),
    confirmed: data.has("confirmed"),
    what: data.get("what"),
    variant: document.querySelector('input[name="variant"]:checked')?.value ?? "",
    as: $("as")?.value ?? "",
  };
  await act("test", wish);
});
$("approve-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  remembered(new FormData(event.target).get("by"));
  await act("approve", { version: $("approve-version").textContent, by: new FormData(event.target).get("by") });
});

async function act(action, wish) {
  const result = $(`${action}-result`);
  result.textContent = result.dataset.sending;
  try {
    const headers = { "Content-Type": "application/json", "X-Ccmail-Token": token };
    const answer = await fetch(`${here}/${action}`, { method: "POST", headers, body: JSON.stringify(wish) });
    const { said, done } = await answer.json();
    result.textContent = $("status").textContent = said;
    return done;
  } catch {
    result.textContent = document.body.dataset.lost;
    return false;
  }
}

// ── live ──

const SOON = 10000;
let waiting = false;

function live() {
  const events = new EventSource(`${here}/events`);
  let wasLost = false;
  const isLost = (lost) => {
    if (wasLost && !lost) refresh();
    wasLost = lost;
    $("live")?.classList.toggle("lost", lost);
    $("status").textContent = lost ? document.body.dataset.lost : "";
  };
  events.addEventListener("open", () => isLost(false));
  events.addEventListener("error", () => {
    isLost(true);
    if (events.readyState === EventSource.CLOSED) update(); // refused: by another preview at the same port
  });
  events.addEventListener("checked", refresh);
  events.addEventListener("saved", async ({ data }) => {
    await refresh();
    const { at } = JSON.parse(data);
    requestAnimationFrame(() => setTimeout(() => {
      const took = Date.now() - at; // from the modification of the file to the mail on the screen
      document.documentElement.dataset.took = took;
      if (took < SOON && $("took")) $("took").textContent = `· ${took} ms`;
    }));
  });
}

function refresh() {
  waiting = document.hidden; // a hidden tab is updated when it is shown
  return waiting ? undefined : update();
}
document.addEventListener("visibilitychange", () => {
  if (waiting && !document.hidden) refresh();
});

if (!state.width || !new URLSearchParams(location.search).has("width")) {
  const room = $("stage").clientWidth - 40;
  const fitting = [800, 600, 375, 320].find((width) => width <= room);
  if (room > 0) state.width = String(fitting ?? 320);
}
choose({});
if (document.body.dataset.live === "true") live();
