// <ic-level>: how loud the microphone is, as a native meter. It listens to a stream it is given, sends nothing anywhere and stops with the page.

export class LevelMeter extends HTMLElement {
  /** @type {MediaStream|null} */
  #stream = null;
  /** @type {AudioContext|null} */
  #audio = null;
  #frame = 0;

  /** @param {MediaStream|null} stream */
  set stream(stream) {
    if (stream === this.#stream) return;
    this.#stop();
    this.#stream = stream;
    if (this.isConnected) this.#start();
  }

  get stream() {
    return this.#stream;
  }

  connectedCallback() {
    this.#start();
  }

  disconnectedCallback() {
    this.#stop();
  }

  #start() {
    const track = this.#stream?.getAudioTracks()[0];
    if (!track || this.#audio) return;
    const audio = (this.#audio = new AudioContext());
    const analyser = audio.createAnalyser();
    analyser.fftSize = 512;
    audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    const tick = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
      const level = Math.min(Math.max((20 * Math.log10(Math.sqrt(power) + 1e-6) + 60) / 50, 0), 1);
      shown = level > shown ? level : shown * 0.9 + level * 0.1;
      const meter = this.querySelector('meter');
      if (meter) meter.value = shown;
      if (shown > 0.35) this.dispatchEvent(new CustomEvent('heard'));
      this.#frame = requestAnimationFrame(tick);
    };
    tick();
  }

  #stop() {
    cancelAnimationFrame(this.#frame);
    void this.#audio?.close();
    this.#audio = null;
  }
}

if (!customElements.get('ic-level')) customElements.define('ic-level', LevelMeter);

/** Two soft notes through the loudspeaker, a second long. @returns {Promise<void>} */
export async function playTestSound() {
  const audio = new AudioContext();
  await audio.resume();
  const volume = audio.createGain();
  volume.gain.value = 0.15;
  volume.connect(audio.destination);
  for (const [index, pitch] of [523.25, 659.25].entries()) {
    const note = audio.createOscillator();
    note.frequency.value = pitch;
    note.connect(volume);
    note.start(audio.currentTime + index * 0.5);
    note.stop(audio.currentTime + index * 0.5 + 0.4);
  }
  await new Promise((done) => setTimeout(done, 1100));
  await audio.close();
}
