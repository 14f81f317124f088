// The review inbox by keyboard: one key decides, the next report comes by itself. Without this file all of it works as forms and links.
'use strict';

const SAYS = {
  nl: { next: 'Volgende', unsure: (word) => `“${word}” is onzeker: luister, druk dan nog eens`,
    fresh: (count) => `${count} ${count === 1 ? 'nieuw bericht' : 'nieuwe berichten'}`, point: ',',
    place: (at, of) => `${at} van ${of} seconden`, play: 'Afspelen (spatie)', pause: 'Pauze (spatie)' },
  en: { next: 'Next', unsure: (word) => `“${word}” is unsure: listen, then press again`,
    fresh: (count) => `${count} ${count === 1 ? 'new message' : 'new messages'}`, point: '.',
    place: (at, of) => `${at} of ${of} seconds`, play: 'Play (space)', pause: 'Pause (space)' },
}[document.documentElement.lang];

// After a report appears every decision is dead for a moment: a double press never decides what nobody saw.
const GUARD_MS = 400;
const TOAST_MS = 10_000;
const STEP_SECONDS = 3;
const RATES = [1, 1.25, 1.5, 2];
// What begins so soon is what plays now.
const NOW_SECONDS = 0.2;

const one = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const kept = (name, usual) => localStorage.getItem(`meldlijn.${name}`) ?? usual;
const keep = (name, value) => localStorage.setItem(`meldlijn.${name}`, value);

let shown = null;        // the inbox that was set up last
let number = '';         // of the report in it
let deadUntil = 0;
let isBusy = false;
let fact = '';           // the name of the one that was sent last
let chosen = null;       // the button of the last decision, for another try
let scrolled = 0;        // of the queue
let waiting = '';        // a newer queue, while the old one has the focus
let toastTimer = 0;

// Set up, again after each piece that htmx puts in place.

function settle() {
  const inbox = one('#inbox');
  if (!inbox || inbox === shown) return;
  const isFirst = shown === null;
  const isOther = inbox.dataset.number !== number;
  shown = inbox;
  number = inbox.dataset.number;
  isBusy = false;
  chosen = null;
  waiting = '';
  readyPlayer();
  one('#keys-on').checked = keysAreOn();
  one('#queue').scrollTop = scrolled;
  one('#queue [aria-current]')?.scrollIntoView({ block: 'nearest' });
  showToast();
  if (isFirst) return;
  deadUntil = performance.now() + GUARD_MS;
  if (isOther || !focusFact()) one('#mh')?.focus({ preventScroll: true });
  announce();
  if (!isOther) return;
  one('#bericht').scrollTop = 0;
  if (matchMedia('(max-width: 760px)').matches) scrollTo(0, 0);
  if (one('#auto')?.checked) start();
}

// Back where somebody was: in the field while it is refused, else at what opens it.
function focusFact() {
  const edit = fact && one(`[name="name"][value="${fact}"]`)?.closest('details');
  fact = '';
  edit && edit.querySelector(edit.open ? '[name="value"]' : 'summary').focus();
  return Boolean(edit);
}

function showToast() {
  clearTimeout(toastTimer);
  const toast = one('#toast');
  if (toast && !toast.hidden) toastTimer = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
}

function announce() {
  const refused = one('.decide > .note[role=alert]:not([hidden])');
  const toast = one('#toast:not([hidden]) span');
  const heading = one('#mh')?.textContent.trim() ?? '';
  one('#says').textContent = refused ? '' : `${toast ? `${toast.textContent}. ${SAYS.next}: ` : ''}${heading}`;
}

document.addEventListener('submit', (event) => {
  if (event.target.closest('.edit')) fact = event.target.querySelector('[name="name"]').value;
}, true);

// Decisions.

document.addEventListener('submit', (event) => {
  if (event.target.id !== 'decide') return;
  const button = event.submitter;
  const isDead = isBusy || performance.now() < deadUntil || button.getAttribute('aria-disabled') === 'true';
  if (isDead || mustListen(button) || mustExplain(button)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (button.dataset.reason === undefined) one('#lower').disabled = true;
  isBusy = true;
  chosen = button;
  one('#unsaved').hidden = true;
  one(`[data-row="${number}"]`)?.classList.add('going');
}, true);

// A deciding word that was heard badly plays first; the second press confirms.
function mustListen(button) {
  if (button.dataset.listen === undefined) return false;
  playFrom(one('[data-voicemail]'), Number(button.dataset.listen));
  button.querySelector('span').textContent = SAYS.unsure(button.dataset.word);
  delete button.dataset.listen;
  deadUntil = performance.now() + GUARD_MS;
  return true;
}

// Below a proposal of CAT III: one more key says why.
function mustExplain(button) {
  if (button.dataset.danger === undefined) return false;
  const lower = one('#lower');
  lower.disabled = false;
  lower.value = button.value;
  one('#reason .choice').textContent = button.dataset.name;
  showReason(true);
  return true;
}

function showReason(isShown) {
  one('#opts').hidden = isShown;
  one('#reason').hidden = !isShown;
  if (isShown) one('#reason [data-reason]').focus();
  else {
    one('#lower').disabled = true;
    one('#mh').focus({ preventScroll: true });
  }
}

document.addEventListener('htmx:afterRequest', (event) => {
  if (event.detail.elt.id !== 'decide') return;
  isBusy = false;
  const { status, responseURL } = event.detail.xhr;
  const isOut = responseURL && new URL(responseURL).pathname === '/login';
  if (!isOut && (status >= 200 && status < 400 || status === 409 || status === 422)) return;
  one(`[data-row="${number}"]`)?.classList.remove('going');
  if (isOut) return;
  const unsaved = one('#unsaved');
  unsaved.querySelector('.choice').textContent = chosen?.dataset.name ?? chosen?.textContent.replace('Enter', '').trim() ?? '';
  unsaved.hidden = false;
  unsaved.scrollIntoView({ block: 'nearest' });
});

document.addEventListener('click', (event) => {
  if (event.target.closest('#again')) chosen?.click();
  if (event.target.closest('#show-keys')) one('#keys').showModal();
  if (event.target.closest('#new')) putQueue();
  if (event.target.closest('#reason-cancel')) {
    event.preventDefault();
    showReason(false);
  }
});

// The queue renews itself, but never under somebody's hands.

document.addEventListener('htmx:beforeRequest', (event) => {
  if (event.detail.elt.id === 'queue' && (document.hidden || isBusy)) event.preventDefault();
});

// The service says when the queue can have changed. Without it, and for who looks at what, the queue asks once a minute.
function listen() {
  let heard = '';
  new EventSource('/live/events').addEventListener('review', (event) => {
    if (event.data !== heard) renew();
    heard = event.data;
  });
}

function renew() {
  if (one('#queue')) htmx.trigger('#queue', 'renew');
}

document.addEventListener('visibilitychange', () => { if (!document.hidden) renew(); });

document.addEventListener('htmx:beforeSwap', (event) => {
  scrolled = one('#queue')?.scrollTop ?? 0;
  if (event.detail.target.id !== 'queue' || !one('#queue').contains(document.activeElement)) return;
  event.detail.shouldSwap = false;
  waiting = event.detail.serverResponse;
  const fresh = new DOMParser().parseFromString(waiting, 'text/html');
  const known = new Set(all('[data-row]').map((row) => row.dataset.row));
  const count = [...fresh.querySelectorAll('[data-row]')].filter((row) => !known.has(row.dataset.row)).length;
  one('#new').textContent = SAYS.fresh(count);
  one('#new').hidden = count === 0;
});

document.addEventListener('htmx:afterSettle', () => {
  settle();
  if (one('#queue')) one('#queue').scrollTop = scrolled;
});

function putQueue() {
  const fresh = new DOMParser().parseFromString(waiting, 'text/html').getElementById('queue');
  if (!fresh) return;
  one('#queue').replaceWith(document.importNode(fresh, true));
  htmx.process(one('#queue'));
}

document.addEventListener('input', (event) => {
  if (event.target.id !== 'find') return;
  const wanted = event.target.value.trim().toLowerCase();
  for (const row of all('[data-row]')) row.parentElement.hidden = !row.textContent.toLowerCase().includes(wanted);
});

// The player. Its own controls are for who has no script.

const sound = () => one('.player audio');
const lasts = () => sound().duration || Number(one('.player .wave').getAttribute('aria-valuemax')) || 1;

function readyPlayer() {
  const audio = sound();
  if (!audio) return;
  audio.removeAttribute('controls');
  one('#play').hidden = false;
  one('.pctl').hidden = false;
  one('#auto').checked = kept('auto', 'on') === 'on';
  one('#skip').checked = kept('skip', 'off') === 'on';
  showRate(Number(kept('rate', '1')));
  if (one('#conf')) one('#conf').checked = kept('conf', 'on') === 'on';
  one('.words')?.classList.toggle('noconf', kept('conf', 'on') !== 'on');
  readyToWalk();
}

function start() {
  const audio = sound();
  if (audio) begin(audio);
}

function toggle() {
  const audio = sound();
  if (!audio) return;
  if (audio.paused) start();
  else audio.pause();
}

function seek(seconds) {
  const audio = sound();
  if (!audio) return;
  const to = Math.max(0, Math.min(lasts() - 0.05, seconds));
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) audio.currentTime = to;
  else {
    audio.addEventListener('loadedmetadata', () => { audio.currentTime = to; }, { once: true });
    audio.load();
  }
}

function showRate(rate) {
  const audio = sound();
  if (!audio) return;
  audio.defaultPlaybackRate = rate;
  audio.playbackRate = rate;
  one('#speed span').textContent = `${String(rate).replace('.', SAYS.point)}×`;
}

function nextRate() {
  const rate = RATES[(RATES.indexOf(Number(kept('rate', '1'))) + 1) % RATES.length];
  keep('rate', rate);
  showRate(rate);
}

function nextEvidence() {
  const audio = sound();
  if (!audio) return;
  const begins = (word) => Number(word.dataset.from);
  const words = all('.text .ev .w:first-child').sort((a, b) => begins(a) - begins(b));
  if (!words.length) return;
  const next = words.find((word) => begins(word) > audio.currentTime + NOW_SECONDS) ?? words[0];
  next.scrollIntoView({ block: 'nearest' });
  playFrom(one('[data-voicemail]'), begins(next));
}

function showPlace() {
  const audio = sound();
  if (!audio) return;
  const at = audio.currentTime;
  const wave = one('.player .wave');
  one('#at').textContent = `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, '0')}`;
  wave.querySelector('.cur').setAttribute('x', Math.min(638, (at / lasts()) * 640));
  wave.setAttribute('aria-valuenow', Math.round(at));
  wave.setAttribute('aria-valuetext', SAYS.place(Math.round(at), Math.round(lasts())));
  one('#play').setAttribute('aria-pressed', String(!audio.paused));
  one('#play').setAttribute('aria-label', audio.paused ? SAYS.play : SAYS.pause);
  if (!audio.paused && one('#skip').checked) skipSilence(audio);
}

function skipSilence(audio) {
  const silences = JSON.parse(one('[data-silences]').dataset.silences);
  const now = silences.find(([begin, end]) => begin <= audio.currentTime && audio.currentTime < end - 0.1);
  if (now) audio.currentTime = now[1];
}

for (const name of ['timeupdate', 'play', 'pause', 'seeked', 'ended']) document.addEventListener(name, showPlace, true);

document.addEventListener('click', (event) => {
  if (event.target.closest('#play')) toggle();
  if (event.target.closest('#speed')) nextRate();
  if (event.target.closest('#next-evidence')) nextEvidence();
  const wave = event.target.closest('.player .wave');
  if (wave && !event.target.closest('[data-from]')) {
    const box = wave.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * lasts());
  }
});

document.addEventListener('change', (event) => {
  const { id, checked } = event.target;
  if (id === 'auto' || id === 'skip' || id === 'conf') keep(id, checked ? 'on' : 'off');
  if (id === 'conf') one('.words').classList.toggle('noconf', !checked);
  if (id === 'keys-on') keep(`keys.${one('#inbox').dataset.who}`, checked ? 'on' : 'off');
});

// Keys: bare ones only, never while somebody types; Enter and space act on the focused control first.

function keysAreOn() {
  return kept(`keys.${one('#inbox').dataset.who}`, 'on') === 'on';
}

const KEYS = {
  p: toggle,
  w: nextEvidence,
  s: nextRate,
  z: () => one('#skip')?.click(),
  j: () => one('#following')?.click(),
  k: () => one('#previous')?.click(),
  u: () => one('#undo')?.click(),
  b: () => one('#call-back')?.click(),
  c: () => one('#confirm')?.click(),
  x: () => one('[data-key="X"]')?.click(),
  v: () => opens('#ask', '#question'),
  m: () => opens('#merge', '#into'),
  '+': () => one('[data-key="+"]')?.click(),
  '-': () => one('[data-key="-"]')?.click(),
  '?': () => one('#keys').showModal(),
  '/': () => one('#find').focus(),
  ArrowLeft: () => seek((sound()?.currentTime ?? 0) - STEP_SECONDS),
  ArrowRight: () => seek((sound()?.currentTime ?? 0) + STEP_SECONDS),
};

function opens(part, field) {
  const details = one(part);
  if (!details) return;
  details.open = true;
  one(field).focus();
}

// The first report that is found.
function openFound() {
  all('[data-row]').find((row) => !row.parentElement.hidden)?.click();
}

document.addEventListener('keydown', (event) => {
  const target = event.target;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (target.matches('input:not([type=checkbox]), textarea, select') || target.closest('dialog')) {
    if (event.key === 'Escape' && !target.closest('dialog')) one('#mh')?.focus();
    if (event.key === 'Enter' && target.id === 'find') openFound();
    return;
  }
  if (!keysAreOn() && event.key !== '?') return;
  const act = action(event.key, target.matches('button, a, summary, input'));
  if (!act) return;
  event.preventDefault();
  act();
});

function action(key, isOnControl) {
  const isReasonAsked = one('#reason') && !one('#reason').hidden;
  if (isReasonAsked && '123'.includes(key)) return () => one(`[data-reason="${key}"]`).click();
  if (isReasonAsked && key === 'Escape') return () => showReason(false);
  if (key === 'Enter') return isOnControl ? null : () => one('#confirm')?.click();
  if (key === ' ') return isOnControl ? null : toggle;
  if ('12340'.includes(key)) return () => one(`[data-key="${key}"]`)?.click();
  return KEYS[key.length === 1 ? key.toLowerCase() : key];
}

settle();
listen();
