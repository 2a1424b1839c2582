// What is heard: a beep, or the browser's own voice.

const REPETITION_HZ = 880
const TARGET_HZ = 660
const COUNTDOWN_HZ = 520
const ALARM_HZ = 330
// A figure that trembles around the edge of its band must not beep all the time.
const QUIET_FOR_MS = 1500

class Cues {
  constructor() {
    this.kind = "off"
    this.quietUntil = new Map()
    this.counted = 0
  }

  configure(data) {
    this.kind = data.cues
    this.language = data.labels.speech_language
    this.labels = data.labels
  }

  // Browsers let a page sound only after the user has done something on it.
  wake() {
    if (this.kind === "off" || !window.AudioContext) return
    this.audio ??= new AudioContext()
    this.audio.resume().catch(() => {})
  }

  repetitions(count) {
    if (count > this.counted) this.tell(String(count), REPETITION_HZ, 0.12)
    this.counted = count
  }

  reached({ name, label }) {
    const now = performance.now()
    if (now < (this.quietUntil.get(name) ?? 0)) return
    this.quietUntil.set(name, now + QUIET_FOR_MS)
    this.tell(label, TARGET_HZ, 0.09)
  }

  countdown(left) {
    this.tell(String(left), COUNTDOWN_HZ, 0.1)
  }

  begins() {
    this.tell(this.labels.said_recording, REPETITION_HZ, 0.3)
  }

  fallen() {
    this.tell(this.labels.fallen, ALARM_HZ, 0.8)
  }

  tell(words, hertz, seconds) {
    if (this.kind === "voice" && window.speechSynthesis) {
      const said = new SpeechSynthesisUtterance(words)
      said.lang = this.language
      speechSynthesis.cancel()
      speechSynthesis.speak(said)
    } else if (this.kind !== "off") this.beep(hertz, seconds)
  }

  beep(hertz, seconds) {
    this.wake()
    const { audio } = this
    if (audio?.state !== "running") return
    const tone = audio.createOscillator()
    const loudness = audio.createGain()
    tone.frequency.value = hertz
    loudness.gain.setValueAtTime(0.2, audio.currentTime)
    loudness.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + seconds)
    tone.connect(loudness).connect(audio.destination)
    tone.start()
    tone.stop(audio.currentTime + seconds)
  }

  stop() {
    this.audio?.close().catch(() => {})
    this.audio = null
    window.speechSynthesis?.cancel()
  }
}
