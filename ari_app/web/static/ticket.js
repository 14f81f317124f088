// The page of a ticket and the list of tickets: clocks tick, one key does what one button does, costs are shown while typing.
// Without this file every button is a link or a form.
'use strict';

const SAYS = {
  nl: { moment: 'minder dan 1 min', hours: 'u', left: (told) => `nog ${told}`, late: (told) => `${told} te laat`,
    justLate: 'net te laat', keysOn: 'Zet toetsen aan', keysOff: 'Zet toetsen uit' },
  en: { moment: 'less than 1 min', hours: 'h', left: (told) => `${told} left`, late: (told) => `${told} late`,
    justLate: 'just late', keysOn: 'Turn keys on', keysOff: 'Turn keys off' },
}[document.documentElement.lang];

// ---- clocks: one server time and an offset; deadlines are never computed here
function inWords(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const told = minutes === 0 ? SAYS.moment : minutes < 60 ? `${minutes} min`
    : `${Math.floor(minutes / 60)} ${SAYS.hours} ${String(minutes % 60).padStart(2, '0')}`;
  if (seconds >= 0) return SAYS.left(told);
  return minutes ? SAYS.late(told) : SAYS.justLate;
}

function tick(clocks, offset) {
  const began = Date.parse(clocks.dataset.now);
  for (const clock of clocks.querySelectorAll('[data-left]')) {
    const until = Date.parse(clock.dataset.until);
    const now = Date.now() + offset;
    const left = Number(clock.dataset.left) - Math.max(0, Math.min(now, until) - began) / 1000;
    const text = now >= until ? clock.dataset.then : inWords(left);
    if (clock.textContent !== text) clock.textContent = text;
    if (!clock.dataset.soon) continue;
    clock.classList.toggle('late', left < 0);
    clock.classList.toggle('soon', left >= 0 && left <= Number(clock.dataset.soon));
  }
}

function startClocks() {
  const offsets = new WeakMap();
  const all = () => {
    for (const clocks of document.querySelectorAll('[data-now]')) {
      if (!offsets.has(clocks)) offsets.set(clocks, Date.parse(clocks.dataset.now) - Date.now());
      tick(clocks, offsets.get(clocks));
    }
  };
  all();
  setInterval(all, 1000);
}

// ---- keys: bare ones only, never while typing, and they can be switched off (the choice is kept in this browser)
const OFF = 'meldlijn-keys-off';
const isTyping = (place) => place.closest('input, select, textarea, [contenteditable]');
const keysAreOff = () => localStorage.getItem(OFF) === '1';

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (event.key === 'Escape') return leave(event);
  if (isTyping(event.target) || keysAreOff()) return;
  if (event.key === '/') return press(event, document.querySelector('[data-search]'));
  const key = event.key.toUpperCase();
  if (key === 'P' && !event.shiftKey) return play(event);
  if ((key === 'J' || key === 'K') && walk(event, key === 'J' ? 1 : -1)) return;
  press(event, document.querySelector(`[data-key="${CSS.escape(key)}"]`));
});

function press(event, button) {
  if (!button || button.getAttribute('aria-disabled') === 'true') return;
  event.preventDefault();
  if (button.matches('input')) { button.focus(); button.select(); return; }
  button.click();
  const target = button.hash && document.querySelector(button.hash);
  if (target && button.pathname === location.pathname && !button.search) {
    (target.parentElement.querySelector('select, button, input') || target).focus();
  }
}

function leave(event) {
  const cancel = document.querySelector('[data-cancel]');
  if (cancel) { event.preventDefault(); cancel.click(); } else if (isTyping(event.target)) event.target.blur();
}

function play(event) {
  const audio = document.querySelector('audio');
  if (!audio) return;
  event.preventDefault();
  if (audio.paused) begin(audio); else audio.pause();
}

// In the list J and K walk the rows; on a ticket they are the links to its neighbours.
function walk(event, step) {
  const rows = [...document.querySelectorAll('.tickets .who a')];
  if (!rows.length) return false;
  event.preventDefault();
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (next) next.focus();
  return true;
}

// ---- forms: no second click while the first is on its way; a form that is open has the focus
document.addEventListener('submit', (event) => {
  const button = event.submitter;
  if (!button) return;
  if (button.getAttribute('aria-busy') === 'true') return event.preventDefault();
  button.setAttribute('aria-busy', 'true');
});
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy');
});

function openForm() {
  const wrong = document.querySelector('.doing [aria-invalid]');
  const first = wrong || document.querySelector('.doing [data-first]');
  if (!first) return;
  first.focus();
  document.querySelector('.doing').scrollIntoView({ block: 'nearest' });
}

// ---- what a booking costs, asked of the desk while the form is filled in
const TYPING_PAUSE = 300;
function startPreview() {
  const form = document.querySelector('[data-preview]');
  const place = document.getElementById('preview');
  if (!form || !place) return;
  let timer, asked = 0;
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(`${form.dataset.preview}?${new URLSearchParams(new FormData(form))}`);
      const text = await answer.text();
      if (answer.ok && !answer.redirected && mine === asked) place.innerHTML = text;
    } catch (error) {
      console.warn('The costs could not be asked; they are asked again at the next change.', error);
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, TYPING_PAUSE);
  });
}

document.documentElement.classList.toggle('no-keys', keysAreOff());
for (const box of document.querySelectorAll('[data-keys]')) {
  box.hidden = false;
  box.textContent = keysAreOff() ? SAYS.keysOn : SAYS.keysOff;
  box.addEventListener('click', () => {
    localStorage.setItem(OFF, keysAreOff() ? '0' : '1');
    document.documentElement.classList.toggle('no-keys', keysAreOff());
    box.textContent = keysAreOff() ? SAYS.keysOn : SAYS.keysOff;
  });
}
startClocks();
// Going to a place in the page takes the focus away: the form asks for it after that.
addEventListener('load', () => setTimeout(openForm));
startPreview();
