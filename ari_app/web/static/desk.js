// What the pages do beyond reading: words play from where they were said, and text that is still to come appears by itself.
// Without this file every page can still be read and every recording can still be played.
'use strict';

const SECONDS_BETWEEN_LOOKS = 3;

// One listener for the whole page: pieces of it may be replaced while it is open.
document.addEventListener('click', (event) => {
  const place = event.target.closest('[data-from]');
  if (place) playFrom(place.closest('[data-voicemail]'), Number(place.dataset.from));
});

// The text is one tab stop: arrows walk the words, Enter plays.
document.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const word = event.target.closest('.w');
  if (!step || !word || event.ctrlKey || event.metaKey || event.altKey) return;
  const words = [...word.closest('.text').querySelectorAll('.w')];
  const next = words[words.indexOf(word) + step];
  if (!next) return;
  word.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  event.preventDefault();
});

// Media events do not bubble: they are caught on the way down.
document.addEventListener('timeupdate', (event) => follow(event.target), true);
document.addEventListener('pause', (event) => follow(event.target), true);
document.addEventListener('play', (event) => {
  for (const other of document.querySelectorAll('audio')) if (other !== event.target) other.pause();
}, true);

// A recording that does not play says so; when it plays after all, no more.
document.addEventListener('error', (event) => showSilence(event.target, true), true);
document.addEventListener('playing', (event) => showSilence(event.target, false), true);

function showSilence(audio, isSilent) {
  const note = audio.closest?.('[data-voicemail]')?.querySelector('[data-silent]');
  if (note && audio.matches('audio')) note.hidden = !isSilent;
}

// On a phone the menu is wider than the screen: it begins at the page that is open.
const menu = document.querySelector('.nav');
const here = menu?.querySelector('[aria-current]');
if (here) menu.scrollLeft = here.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;

// A session that ended while the page was open: the login page is a page, not a piece of this one.
document.addEventListener('htmx:beforeSwap', (event) => {
  const address = event.detail.xhr.responseURL;
  if (!address || new URL(address).pathname !== '/login') return;
  event.detail.shouldSwap = false;
  const login = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  const asker = event.detail.elt;
  if (asker.matches('a, summary')) location.assign(login);
  else tellLoggedOut(asker.closest('form') ?? asker, login, event.detail.requestConfig.verb === 'post');
});

// What was typed or chosen stays: who logs in beside this page can press again.
function tellLoggedOut(place, login, isSaving) {
  const told = place.querySelector('.logged-out');
  if (told && !isSaving) return;
  told?.remove();
  const note = document.querySelector('#logged-out').content.firstElementChild.cloneNode(true);
  note.querySelector('b').hidden = !isSaving;
  note.querySelector('a').href = login;
  place.prepend(note);
  note.scrollIntoView({ block: 'nearest' });
}

function playFrom(voicemail, seconds) {
  const audio = voicemail?.querySelector('audio');
  if (!audio) return;
  const start = () => {
    audio.currentTime = seconds;
    begin(audio);
  };
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) return start();
  audio.addEventListener('loadedmetadata', start, { once: true });
  audio.load();
}

function begin(audio) {
  audio.play().catch((refused) => console.warn('The recording does not play.', refused));
}

function follow(audio) {
  const voicemail = audio.closest?.('[data-voicemail]');
  if (!voicemail) return;
  const words = [...voicemail.querySelectorAll('.w')];
  const spoken = audio.paused ? undefined : words.filter((word) => Number(word.dataset.from) <= audio.currentTime).pop();
  for (const word of words) word.classList.toggle('now', word === spoken);
  const bars = [...voicemail.querySelectorAll('.wave .b')];
  const heard = audio.duration ? (audio.currentTime / audio.duration) * bars.length : 0;
  bars.forEach((bar, index) => bar.classList.toggle('on', index < heard));
}

function readyToWalk() {
  for (const text of document.querySelectorAll('.text')) {
    if (text.querySelector('.w[tabindex="0"]')) continue;
    text.querySelectorAll('.w').forEach((word, index) => { word.tabIndex = index ? -1 : 0; });
  }
}

// A piece that htmx brings may be waiting for its text too; where it came from stands around it. Only pieces marked data-live are replaced, never one that holds the focus: reading and listening go on undisturbed.
async function lookAgain() {
  const waiting = document.hidden ? [] : [...document.querySelectorAll('[data-pending]')];
  const places = new Set(waiting.map((piece) => piece.closest('[data-source]')?.dataset.source || location.href));
  for (const place of places) {
    try {
      const answer = await fetch(place, { headers: { Accept: 'text/html' } });
      if (answer.ok && !answer.redirected) replaceLive(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch (error) {
      console.warn('The page could not be fetched, the next look follows.', error);
    }
  }
  setTimeout(lookAgain, SECONDS_BETWEEN_LOOKS * 1000);
}

function replaceLive(fresh) {
  for (const piece of document.querySelectorAll('[data-live][id]')) {
    const next = fresh.getElementById(piece.id);
    if (!next || next.isEqualNode(piece) || piece.contains(document.activeElement)) continue;
    const renewed = document.importNode(next, true);
    piece.replaceWith(renewed);
    window.htmx?.process(renewed);
  }
  readyToWalk();
}

document.addEventListener('htmx:afterSettle', readyToWalk);
// On a phone the menu is one row to push along: it begins with where one is.
document.querySelector('.nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
readyToWalk();
setTimeout(lookAgain, SECONDS_BETWEEN_LOOKS * 1000);
