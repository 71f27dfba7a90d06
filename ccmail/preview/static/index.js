// The list of campaigns. What takes longer (people, thumbnails, versions) comes when a campaign is on the screen.

import "./copy.js";

const AT_ONCE = 2; // requests; the server makes one mail after the other
const waiting = [];
let running = 0;

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.push(target);
  }
  work();
}, { rootMargin: "200px" });

for (const item of document.querySelectorAll(".campaign")) seen.observe(item);

function work() {
  while (running < AT_ONCE && waiting.length) {
    running++;
    fill(waiting.shift()).finally(() => {
      running--;
      work();
    });
  }
}

async function fill(item) {
  const answer = await fetch(`/${encodeURIComponent(item.dataset.name)}/card`);
  if (answer.status === 403) location.reload(); // a new preview, with a new token
  if (!answer.ok) return;
  for (const [name, html] of Object.entries(await answer.json())) {
    const place = item.querySelector(`[data-part="${name}"]`);
    if (place.innerHTML.trim() !== html.trim() && !place.contains(document.activeElement)) place.innerHTML = html;
  }
  item.dataset.filled = "yes";
}
