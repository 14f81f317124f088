// Follows the line: the service sends each part of the board when it changes. Without this file the page reloads by itself.
'use strict';

const STALE_AFTER_MS = 15_000;
// A connection that a sleeping laptop or a firewall broke can look open for ever.
const AFRESH_AFTER_MS = 30_000;
const RELOAD_AT_HOUR = 4;
const SAYS = {
  nl: { days: 'zo ma di wo do vr za', months: 'jan feb mrt apr mei jun jul aug sep okt nov dec', of: 'van',
    silent: 'Geen verbinding sinds', fresh: 'bijgewerkt' },
  en: { days: 'Sun Mon Tue Wed Thu Fri Sat', months: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec', of: 'of',
    silent: 'No connection since', fresh: 'up to date' },
}[document.documentElement.lang];
const DAYS = SAYS.days.split(' ');
const MONTHS = SAYS.months.split(' ');
const PARTS = ['head', 'calls', 'clocks', 'duty', 'queues', 'heed', 'health'];

const board = document.querySelector('[data-board]');
const fresh = board.querySelector('[data-fresh]');
const began = performance.now();
let serverAhead = Date.parse(board.dataset.at) - Date.now();
let heardAt = began;
let connection = null;
let connectedAt = began;
const waiting = new Map();   // parts that somebody has the focus in, until it leaves

function listen() {
  connection?.close();
  const events = new EventSource(board.dataset.events);
  connection = events;
  connectedAt = performance.now();
  for (const part of PARTS) {
    events.addEventListener(part, (event) => {
      heard();
      show(part, event.data);
    });
  }
  events.addEventListener('beat', (event) => {
    serverAhead = Date.parse(event.data) - Date.now();
    heard();
  });
  events.addEventListener('open', heard);
  events.addEventListener('error', () => {
    // The browser connects again by itself, unless it was sent somewhere else: then the session is over, or the service.
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(again, 5000);
  });
}

// A page that can be fetched is fetched whole, so that a login shows; one that can't is left as it is, marked as stale.
async function again() {
  try {
    const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
    if (answer.ok) return location.reload();
  } catch (error) {
    console.info('The service does not answer yet.', error.message);
  }
  setTimeout(again, 5000);
}

function heard() {
  heardAt = performance.now();
}

function show(part, html) {
  const place = board.querySelector(`[data-part="${part}"]`);
  if (!place) return;
  if (place.contains(document.activeElement)) {
    waiting.set(part, html);
    return;
  }
  waiting.delete(part);
  place.innerHTML = html;
  tick();
}

board.addEventListener('focusout', () => setTimeout(() => {
  for (const [part, html] of waiting) show(part, html);
}));

function tick() {
  const now = Date.now() + serverAhead;
  for (const place of board.querySelectorAll('[data-since]')) {
    const seconds = Math.max(0, Math.floor((now - Date.parse(place.dataset.since)) / 1000));
    if (place instanceof HTMLProgressElement) place.value = seconds;
    else if (place.dataset.of) place.textContent = `${Math.min(seconds, Number(place.dataset.of))} ${SAYS.of} ${place.dataset.of} s`;
    else place.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
  const local = new Date(new Date(now).toLocaleString('en-US', { timeZone: 'Europe/Amsterdam' }));
  const time = `${String(local.getHours()).padStart(2, '0')}:${String(local.getMinutes()).padStart(2, '0')}`;
  board.querySelector('[data-clock]').textContent = `${DAYS[local.getDay()]} ${local.getDate()} ${MONTHS[local.getMonth()]} ${time}`;
  const silent = performance.now() - heardAt;
  const isStale = silent > STALE_AFTER_MS;
  fresh.toggleAttribute('data-off', isStale);
  const said = isStale ? `${SAYS.silent} ${clockTime(now - silent)}` : SAYS.fresh;
  if (fresh.textContent !== said) fresh.textContent = said;
  const isHanging = silent > AFRESH_AFTER_MS && performance.now() - connectedAt > AFRESH_AFTER_MS;
  if (isHanging && connection.readyState !== EventSource.CLOSED) listen();
  // A screen that nobody touches starts afresh once a night.
  if (local.getHours() === RELOAD_AT_HOUR && performance.now() - began > 2 * 3600 * 1000) location.reload();
}

function clockTime(at) {
  return new Date(at).toLocaleTimeString('nl-NL', { timeZone: 'Europe/Amsterdam', hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

listen();
tick();
setInterval(tick, 1000);
