// Who belongs to a mediation, as its mediator knows them, for the redaction worker. The headless twin is `client/headless/people.py`.

const MAX_PEOPLE = 200;

/**
 * Everybody at every place. `consents`: the place is one of the request's holders.
 * @param {import('./vault_book.js').MediationEntry} entry @param {string} own   the mediator's own name @param {string[]} holders
 */
export function peopleOf(entry, own, holders) {
  return entry.seats.flatMap((seat) => {
    const screens = seat.devices.map((one) => one.names).reverse();
    const said = seat.seat === entry.own ? own : seat.name;
    return atPlace(said, screens).map(([name, ...nicknames]) => ({
      name, nicknames, emails: [], phones: seat.phone?.trim() ? [seat.phone] : [], role: seat.role, consents: holders.includes(seat.seat),
    }));
  }).slice(0, MAX_PEOPLE);
}

/**
 * The people of one place, each with every name given for them: what the mediator wrote, and who was at each screen, newest first.
 * Names given together at one screen are different people; other names join the one whose words they share wholly. Where nobody
 * ever shared a screen, all names are one person's.
 * @param {string} said @param {string[][]} screens @returns {string[][]}
 */
export function atPlace(said, screens) {
  /** @type {string[][]} */
  const people = [];
  const alone = screens.every((names) => names.length <= 1);
  for (const name of [...screens, [said]].flat().map((one) => one.trim()).filter(Boolean)) {
    const same = people.find((one) => alone || one.some((other) => isSame(name, other)));
    if (!same) people.push([name]);
    else if (!same.includes(name)) same.push(name);
  }
  return people;
}

/** @param {string} one @param {string} other */
function isSame(one, other) {
  const words = (/** @type {string} */ name) => new Set(name.toLowerCase().split(/\s+/));
  const [mine, theirs] = [words(one), words(other)];
  return [...mine].every((word) => theirs.has(word)) || [...theirs].every((word) => mine.has(word));
}
