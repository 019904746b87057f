// An interpreter goes with a person: through every move, and only with them. Pure.

/** @typedef {{seat: string, side: string, goesWith?: string}} Place */

/** Those who are moved when these are: everyone bound to one of them comes along. @param {string[]} seats @param {Place[]} places @param {(seat: string) => boolean} here who can be moved at all @returns {string[]} */
export function together(seats, places, here) {
  const going = new Set(seats);
  for (const one of places) if (one.goesWith && going.has(one.goesWith) && here(one.seat)) going.add(one.seat);
  return [...going];
}

/** Those who would be taken away from the person they go with. @param {string[]} seats @param {Place[]} places @param {(seat: string) => string} where room of a place, '' for none @param {string} target @returns {string[]} */
export function torn(seats, places, where, target) {
  const going = new Set(seats);
  return seats.filter((seat) => {
    const person = places.find((one) => one.seat === seat)?.goesWith;
    return Boolean(person && !going.has(person) && where(person) && where(person) !== target);
  });
}

/** The side one is parted with: an interpreter's is the person's. @param {string} seat @param {Place[]} places @returns {string} */
export function sideWith(seat, places) {
  const one = places.find((place) => place.seat === seat);
  return one?.side || (one?.goesWith ? places.find((place) => place.seat === one.goesWith)?.side ?? '' : '');
}
