// Shows a call as soon as the phone rings: looks every few seconds whether the state of the page changed.
'use strict';

const LOOK_EVERY_MS = 3000;
const main = document.querySelector('main[data-state]');
const left = document.querySelector('[data-until]');

// What somebody is writing down is never taken away.
async function look() {
  if (!document.hidden && main.dataset.state !== 'wrap') {
    try {
      const answer = await fetch(main.dataset.path, { headers: { Accept: 'text/html' } });
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main[data-state]');
      const isOther = fresh && (fresh.dataset.state !== main.dataset.state || fresh.dataset.step !== main.dataset.step);
      if (answer.ok && isOther) return location.assign(main.dataset.path);
    } catch (error) {
      console.info('The page could not be fetched, the next look follows.', error.message);
    }
  }
  return setTimeout(look, LOOK_EVERY_MS);
}

if (left) {
  const ahead = Date.parse(left.dataset.at) - Date.now();
  const count = () => {
    const seconds = (Date.now() + ahead - Date.parse(left.dataset.until)) / 1000;
    left.textContent = Math.max(0, Math.round(Number(left.dataset.for) - seconds));
  };
  count();
  setInterval(count, 1000);
}
setTimeout(look, LOOK_EVERY_MS);
