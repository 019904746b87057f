// Two soft notes for somebody at the door. Heard by those inside the room that is knocked at; the mediator's table never plays it,
// so that nobody in the mediator's room hears of a knock through an open microphone.

/** @type {AudioContext|null} */
let sound = null;

export function chime() {
  try {
    sound ??= new AudioContext();
    const start = sound.currentTime;
    for (const [index, pitch] of [660, 520].entries()) {
      const note = sound.createOscillator();
      const loud = sound.createGain();
      note.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, start + index * 0.35);
      loud.gain.exponentialRampToValueAtTime(0.08, start + index * 0.35 + 0.03);
      loud.gain.exponentialRampToValueAtTime(0.0001, start + index * 0.35 + 0.5);
      note.connect(loud).connect(sound.destination);
      note.start(start + index * 0.35);
      note.stop(start + index * 0.35 + 0.55);
    }
  } catch {
    // Without sound the words on the screen remain.
  }
}
