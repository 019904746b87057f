// Times of day as people type them.

/** A time of day typed on a clock, as seconds since 1970: today's, or tomorrow's when it is over. @param {string} typed hh:mm @returns {number} */
export function timeToday(typed) {
  const [hours = 0, minutes = 0] = typed.split(':').map(Number);
  const at = new Date();
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() < Date.now() - 60_000) at.setDate(at.getDate() + 1);
  return Math.floor(at.getTime() / 1000);
}

/** In so many minutes, on the next five, as a clock shows it. @param {number} minutes */
export function timeIn(minutes) {
  const at = new Date(Math.ceil((Date.now() + minutes * 60_000) / 300_000) * 300_000);
  return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}
