// Choosing a period in the week: by dragging over days, a press on a shift, or with the arrows. It only fills in the form,
// which works without it. A place in the week is a number: quarters of the days before, and of this day.
'use strict';

const ROW_MINUTES = 15;
const STILL_PX = 4;

const rota = document.querySelector('.rota');
const form = document.querySelector('[data-override]');
const rows = Number(rota?.dataset.rows);
const [firstHour, firstMinute] = (rota?.dataset.first ?? '00:00').split(':').map(Number);
const days = [...(rota?.querySelectorAll('[data-day]') ?? [])];
let chosen = null;

function choose(from, to) {
  const start = Math.max(0, Math.min(from, to));
  const end = Math.min(days.length * rows, Math.max(from, to, start + 1));
  chosen = { start, end };
  days.forEach((day, index) => mark(day, Math.max(0, start - index * rows), Math.min(rows, end - index * rows)));
}

function mark(day, start, end) {
  const there = day.querySelector('.chosen');
  if (start >= end) return there?.remove();
  const box = there ?? day.appendChild(document.createElement('div'));
  box.className = `chosen from-${start} len-${end - start}`;
  box.textContent = `${time(start)}–${time(end)}`;
  return box;
}

function forget() {
  chosen = null;
  for (const box of rota.querySelectorAll('.chosen')) box.remove();
}

function time(row) {
  const minutes = firstHour * 60 + firstMinute + row * ROW_MINUTES;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

// The end of a day is that day's, not the beginning of the next.
function chosenPeriod() {
  const last = Math.ceil(chosen.end / rows) - 1;
  const first = Math.floor(chosen.start / rows);
  return [`${days[first].dataset.day}T${time(chosen.start - first * rows)}`, `${days[last].dataset.day}T${time(chosen.end - last * rows)}`];
}

function fillIn([from, until]) {
  form.elements.from.value = from;
  form.elements.until.value = until;
  offerPeople(from, until).then(goToPeople);
}

function goToPeople() {
  const who = form.querySelector('select[name=engineer], input[name=engineer]:checked, input[name=engineer]');
  who.scrollIntoView({ block: 'nearest' });
  who.focus();
}

// Who can, and why not, as the page itself would offer them for this period; what was typed stays.
async function offerPeople(from, until) {
  try {
    const address = new URL(form.action);
    address.pathname = '/rota';
    address.search = new URLSearchParams({ week: form.elements.week.value, from, until });
    const answer = await fetch(address, { headers: { Accept: 'text/html' } });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-who]');
    if (answer.ok && fresh && form.elements.from.value === from) form.querySelector('[data-who]').replaceWith(fresh);
  } catch (error) {
    console.info('Who can take over could not be fetched: choose from all.', error.message);
  }
}

function typed() {
  const { from, until } = form.elements;
  if (from.value && until.value) offerPeople(from.value, until.value);
}

function placeAt(x, y) {
  const boxes = days.map((day) => day.getBoundingClientRect());
  const index = Math.max(0, boxes.findLastIndex((box) => box.left <= x));
  const row = Math.floor(((y - boxes[index].top) / boxes[index].height) * rows);
  return index * rows + Math.max(0, Math.min(rows - 1, row));
}

function drags(day) {
  let from = null;
  day.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    from = { place: placeAt(event.clientX, event.clientY), x: event.clientX, y: event.clientY, shift: event.target.closest('.shift') };
    day.setPointerCapture(event.pointerId);
  });
  day.addEventListener('pointermove', (event) => {
    if (from === null || isStill(from, event)) return;
    from.shift = null;
    const place = placeAt(event.clientX, event.clientY);
    choose(place < from.place ? from.place + 1 : from.place, place < from.place ? place : place + 1);
  });
  day.addEventListener('pointerup', () => {
    if (from === null) return;
    const { shift, place } = from;
    from = null;
    if (shift) return choosesShift(shift);
    if (!chosen) choose(place, place + 1);
    fillIn(chosenPeriod());
  });
  day.addEventListener('pointercancel', () => {
    from = null;
    forget();
  });
  // A press on the name does the same as its link, without leaving the page.
  day.addEventListener('click', (event) => {
    if (event.target.closest('a') && event.detail > 0) event.preventDefault();
  });
  day.addEventListener('dragstart', (event) => event.preventDefault());
}

function isStill(from, event) {
  return from.shift !== null && Math.abs(event.clientX - from.x) < STILL_PX && Math.abs(event.clientY - from.y) < STILL_PX;
}

function choosesShift(shift) {
  forget();
  const day = shift.closest('[data-day]');
  const { row, rows: length } = shift.dataset;
  const start = days.indexOf(day) * rows + Number(row);
  choose(start, start + Number(length));
  fillIn([shift.dataset.from, shift.dataset.until]);
}

function walks(day, index) {
  day.addEventListener('keydown', (event) => {
    if (event.target !== day || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: rows, ArrowLeft: -rows }[event.key];
    const isHere = chosen && Math.floor(chosen.start / rows) === index;
    if (step && event.shiftKey && isHere) choose(chosen.start, Math.max(chosen.start + 1, chosen.end + step));
    else if (step && Math.abs(step) === rows) return days[index + Math.sign(step)]?.focus();
    else if (step && isHere) moves(step, index);
    else if (step) beginsAt(day, index);
    else if (event.key === 'Enter' && isHere) fillIn(chosenPeriod());
    else if (event.key === 'Escape' && chosen) forget();
    else return;
    event.preventDefault();
  });
}

function beginsAt(day, index) {
  const { row, rows: length } = day.querySelector('.shift')?.dataset ?? { row: 0, rows: 4 };
  choose(index * rows + Number(row), index * rows + Number(row) + Number(length));
}

function moves(step, index) {
  const length = chosen.end - chosen.start;
  const start = Math.max(index * rows, Math.min(chosen.start + step, (index + 1) * rows - Math.min(length, rows)));
  choose(start, start + length);
}

if (form) {
  for (const name of ['from', 'until']) form.elements[name].addEventListener('change', typed);
  days.forEach((day, index) => {
    drags(day);
    walks(day, index);
  });
}
