// The browser's camera: which ones there are, opening one, and in words why it cannot be opened.

const SIZES = [
  [640, 480],
  [960, 540],
  [1280, 720],
]
const FRAME_RATE = 30

class Camera {
  constructor(video, onGone) {
    this.video = video
    this.onGone = onGone
    this.stream = null
    this.opening = 0
  }

  // What kind of problem there is before the user is asked; "" for none.
  static problem() {
    if (navigator.mediaDevices?.getUserMedia) return ""
    return window.isSecureContext ? "unsupported" : "insecure"
  }

  // Opens the wanted camera, another one if that has gone. Throws what the browser says. One that comes when it is no
  // longer wanted is let go at once.
  async open({ device, facing, size }) {
    this.close()
    const [width, height] = SIZES[size] ?? SIZES[0]
    const picture = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: FRAME_RATE } }
    const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: facing } }
    const ask = video => navigator.mediaDevices.getUserMedia({ video, audio: false })
    const wish = ++this.opening
    const stream = await ask({ ...picture, ...which }).catch(error => {
      if (!["OverconstrainedError", "NotFoundError"].includes(error.name) || !device) throw error
      return ask(picture)
    })
    if (wish !== this.opening) {
      for (const track of stream.getTracks()) track.stop()
      return
    }
    this.stream = stream
    // Only if it ends by itself: one that the page stops is not told of.
    this.track.onended = () => stream === this.stream && this.onGone()
    this.video.srcObject = this.stream
    await this.video.play().catch(() => {}) // the picture comes as soon as the page may play it
  }

  get track() {
    return this.stream?.getVideoTracks()[0]
  }

  get device() {
    return this.track?.getSettings().deviceId ?? ""
  }

  // "user", "environment", or "" where the camera does not say.
  get facing() {
    return this.track?.getSettings().facingMode ?? ""
  }

  async list() {
    const all = await navigator.mediaDevices.enumerateDevices()
    return all.filter(each => each.kind === "videoinput").map(each => ({ id: each.deviceId, label: each.label }))
  }

  close() {
    this.opening += 1
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = null
    this.video.srcObject = null
  }
}

// The name of the sentence for what getUserMedia has thrown.
function cameraProblem(error) {
  const known = {
    NotAllowedError: "denied",
    SecurityError: "denied",
    NotFoundError: "none",
    OverconstrainedError: "none",
    NotReadableError: "busy",
    AbortError: "busy",
  }
  return known[error.name] ?? "other"
}

// Hands out the camera's frames as JPEG, the newest each time, with the time at which it was taken.
class Frames {
  constructor(video, onNew) {
    this.video = video
    this.onNew = onNew
    this.encoder = new Encoder()
    this.takenMs = 0 // of the frame that the video shows
    this.grabbedMs = 0
    this.stopped = false
    this.watch()
  }

  watch() {
    const tell = (now, frame) => {
      if (this.stopped) return
      this.watch()
      this.takenMs = performance.timeOrigin + (frame?.captureTime ?? now)
      this.onNew()
    }
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(tell)
    else
      requestAnimationFrame(now => {
        if (this.video.currentTime === this.looked) return this.stopped || this.watch()
        this.looked = this.video.currentTime
        tell(now)
      })
  }

  get fresh() {
    return this.takenMs > this.grabbedMs && this.video.videoWidth > 0
  }

  // The newest frame, which is then no longer fresh: { takenMs, jpeg }.
  async grab() {
    const takenMs = (this.grabbedMs = this.takenMs)
    const jpeg = await this.encoder.encode(this.video)
    return jpeg && { takenMs, jpeg }
  }

  stop() {
    this.encoder.stop()
    this.stopped = true
  }
}
