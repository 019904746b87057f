// The one voice of the page: what changed is told to screen readers here and nowhere else.

/** Say a sentence; urgent ones interrupt. While a dialog is open the rest of the page is inert, so the dialog carries its own voice. @param {string} sentence @param {boolean} [urgent] */
export function announce(sentence, urgent = false) {
  const role = urgent ? 'alert' : 'status';
  const voice = document.querySelector(`dialog[open] [data-voice][role=${role}]`) ?? document.querySelector(`#announcer [role=${role}]`);
  if (!voice) return;
  // The same sentence twice is two events: an empty moment between them makes it heard again.
  voice.textContent = '';
  setTimeout(() => { voice.textContent = sentence; }, 60);
}
