// Choosing a period in the week: by dragging over a day, or with the arrows. It only fills in the form, which works without it.
'use strict';

const ROW_MINUTES = 15;

const rota = document.querySelector('.rota');
const form = document.querySelector('[data-override]');
const rows = Number(rota?.dataset.rows);
const [firstHour, firstMinute] = (rota?.dataset.first ?? '00:00').split(':').map(Number);
let chosen = null;

function choose(column, from, to) {
  const start = Math.max(0, Math.min(from, to));
  const end = Math.min(rows, Math.max(from, to));
  if (chosen?.mark && chosen.column !== column) chosen.mark.remove();
  const mark = column.querySelector('.chosen') ?? column.appendChild(document.createElement('div'));
  mark.className = `chosen from-${start} len-${Math.max(1, end - start)}`;
  mark.textContent = `${time(start)}–${time(end)}`;
  chosen = { column, mark, start, end: Math.max(end, start + 1) };
}

function time(row) {
  const minutes = firstHour * 60 + firstMinute + row * ROW_MINUTES;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function fillIn() {
  const day = chosen.column.dataset.day;
  form.elements.from.value = `${day}T${time(chosen.start)}`;
  form.elements.until.value = `${day}T${time(chosen.end)}`;
  const who = form.querySelector('select[name=engineer], input[name=engineer]:checked, input[name=engineer]');
  who.scrollIntoView({ block: 'nearest' });
  who.focus();
}

function rowAt(column, y) {
  const box = column.getBoundingClientRect();
  return Math.floor(((y - box.top) / box.height) * rows);
}

function drags(column) {
  let from = null;
  column.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    from = rowAt(column, event.clientY);
    column.setPointerCapture(event.pointerId);
    choose(column, from, from + 1);
  });
  column.addEventListener('pointermove', (event) => {
    if (from === null) return;
    const row = rowAt(column, event.clientY);
    choose(column, row < from ? from + 1 : from, row < from ? row : row + 1);
  });
  column.addEventListener('pointerup', () => {
    if (from === null) return;
    from = null;
    fillIn();
  });
  column.addEventListener('pointercancel', () => {
    from = null;
    chosen?.mark.remove();
    chosen = null;
  });
}

function walks(column) {
  column.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const mine = chosen?.column === column ? chosen : { start: 0, end: 4 };
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && event.shiftKey) choose(column, mine.start, Math.max(mine.start + 1, mine.end + step));
    else if (step && chosen?.column === column) choose(column, within(mine.start + step, mine), within(mine.start + step, mine) + mine.end - mine.start);
    else if (step) choose(column, mine.start, mine.end);
    else if (event.key === 'Enter' && chosen?.column === column) fillIn();
    else return;
    event.preventDefault();
  });
}

function within(start, period) {
  return Math.max(0, Math.min(start, rows - (period.end - period.start)));
}

if (form) {
  for (const column of rota.querySelectorAll('[data-day]')) {
    drags(column);
    walks(column);
  }
}
