// The page of spoken texts: one is played where it stands. Without this file the link opens the sound itself.
'use strict';

document.addEventListener('click', (press) => {
  const link = press.target.closest('a[data-listen]');
  if (!link || press.ctrlKey || press.metaKey || press.shiftKey) return;
  press.preventDefault();
  for (const other of document.querySelectorAll('audio.listened')) other.pause();
  const player = document.createElement('audio');
  Object.assign(player, { src: link.href, controls: true, className: 'listened' });
  player.setAttribute('aria-label', link.textContent.trim());
  link.replaceWith(player);
  player.focus();
  player.play();
});
