// Where the picture comes from: this device's camera, whose frames go to the server, or a camera of the server, whose
// frames come from there.

const SLOW_MS = 45

class BrowserPicture {
  constructor(live) {
    this.live = live
  }

  async open() {
    const { live } = this
    live.find(".picture").hidden = true
    live.video.hidden = false
    await live.camera.open(live.devices.wanted)
    await live.devices.opened()
    if (this !== live.source) return // something else is wanted by now
    this.frames = new Frames(live.video, () => this.ask())
    const shape = () => live.devices.shape(live.video.videoWidth, live.video.videoHeight)
    live.video.onresize = live.video.onloadedmetadata = shape
    shape()
  }

  // The newest frame is made ready while another one is on its way, and takes the place of one that has become older.
  async ask() {
    const { socket } = this.live
    if (!socket?.ready || this.grabbing || !this.frames?.fresh) return
    // A server slower than the camera would let most of them wait in vain.
    if (socket.inFlight && socket.roundTripMs > SLOW_MS) return
    this.grabbing = true
    // The picture may just have gone.
    const frame = await this.frames.grab().catch(() => null)
    this.grabbing = false
    if (socket !== this.live.socket) return
    this.next = frame
    this.sendNext()
    this.ask()
  }

  sendNext() {
    const { socket } = this.live
    if (!this.next || !socket || socket.inFlight) return
    socket.sendFrame(this.next.takenMs, this.next.jpeg)
    this.next = null
  }

  answered() {
    this.sendNext()
  }

  // When the answer's frame was taken, by this page's clock, which it went out with.
  takenMs(answer) {
    return answer.takenMs
  }

  close() {
    this.frames?.stop()
    this.frames = this.next = null
    this.live.camera.close()
  }
}

class ServerPicture {
  constructor(live) {
    this.live = live
    this.canvas = live.find(".picture")
    this.context = this.canvas.getContext("2d")
  }

  async open() {
    this.live.video.hidden = true
    this.canvas.hidden = false
  }

  ask() {
    const { socket, data } = this.live
    if (!socket?.ready || socket.inFlight) return
    socket.inFlight = true
    socket.say({ type: "look", camera: data.camera })
  }

  async answered({ picture, width, height }) {
    if (!picture) return
    const drawn = await createImageBitmap(picture)
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height })
      this.live.devices.shape(width, height)
    }
    this.context.drawImage(drawn, 0, 0)
    drawn.close()
  }

  // The server's clock may be hours away: what is known here is when the answer came and how long it was worked on.
  takenMs(answer) {
    return performance.timeOrigin + performance.now() - answer.busyMs
  }

  close() {
    this.canvas.hidden = true
  }
}

// Which camera, how large, mirrored or not, front or back, full screen.
class DeviceControls {
  constructor(live) {
    this.live = live
    const find = selector => live.find(selector)
    this.cameraPick = find(".camera-pick")
    this.sizePick = find(".size-pick")
    this.mirror = find(".mirror")
    this.turn = find(".turn-camera")
    this.fullScreen = find(".full-screen")
    this.wanted = { device: "", facing: "user", size: 0, mirror: null, ...this.read() }
    this.cameraPick.querySelector("select").onchange = event => this.choose({ device: event.target.value })
    this.sizePick.querySelector("select").onchange = event => this.choose({ size: Number(event.target.value) })
    this.turn.onclick = () =>
      this.choose({ device: "", facing: this.wanted.facing === "user" ? "environment" : "user", mirror: null })
    this.mirror.onclick = () => {
      this.keep({ mirror: !this.mirrored })
      this.showMirror()
    }
    this.fullScreen.onclick = () => {
      if (document.fullscreenElement) document.exitFullscreen()
      else live.root.requestFullscreen?.()
    }
    document.addEventListener("fullscreenchange", () => this.showFullScreen(), { signal: live.abort?.signal })
  }

  configure({ labels }) {
    this.labels = labels
    this.cameraPick.querySelector("span").textContent = labels.camera
    this.sizePick.querySelector("span").textContent = labels.size
    this.mirror.textContent = labels.mirror
    this.turn.textContent = labels.turn_camera
    this.showFullScreen()
    this.sizePick.querySelector("select").replaceChildren(
      ...SIZES.map(([width, height], index) => new Option(`${width} × ${height}`, index, false, index === this.wanted.size)),
    )
    this.list(this.cameras ?? [])
    this.showMirror()
  }

  // The camera is open: now the browser tells the cameras' names.
  async opened() {
    const { camera } = this.live
    this.cameras = await camera.list().catch(() => [])
    this.list(this.cameras)
    // Phones have one on each side.
    this.turn.hidden = !camera.facing
    this.showMirror()
  }

  list(cameras) {
    const open = this.live.camera.device
    this.cameraPick.hidden = cameras.length < 2 || Boolean(this.live.data.camera)
    this.cameraPick.querySelector("select").replaceChildren(
      ...cameras.map(({ id, label }, index) => new Option(label || `${this.labels.camera} ${index + 1}`, id, false, id === open)),
    )
  }

  show(state) {
    const server = Boolean(this.live.data?.camera)
    const on = state !== "off" && state !== "problem"
    this.sizePick.hidden = server || !on
    this.mirror.hidden = server || !on
    this.fullScreen.hidden = !document.fullscreenEnabled || !on
    this.live.find(".off").hidden = !on
    if (!on || server) this.turn.hidden = true
  }

  shape(width, height) {
    if (!width || !height) return
    const stage = this.live.find(".stage")
    stage.style.aspectRatio = `${width} / ${height}`
    this.live.root.style.setProperty("--aspect", width / height)
  }

  // One's own face is expected as in a mirror, what the back camera sees is not.
  get mirrored() {
    if (this.live.data?.camera) return false
    return this.wanted.mirror ?? this.live.camera.facing !== "environment"
  }

  showMirror() {
    this.live.find(".stage").classList.toggle("mirrored", this.mirrored)
    this.mirror.setAttribute("aria-pressed", String(this.mirrored))
  }

  showFullScreen() {
    const full = Boolean(document.fullscreenElement)
    this.fullScreen.textContent = full ? this.labels.leave_full_screen : this.labels.full_screen
    this.fullScreen.setAttribute("aria-pressed", String(full))
  }

  choose(wanted) {
    this.keep(wanted)
    this.live.start()
  }

  keep(wanted) {
    Object.assign(this.wanted, wanted)
    try {
      localStorage.setItem(STORE, JSON.stringify(this.wanted))
    } catch {
      // A browser that keeps nothing asks again next time.
    }
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) ?? {}
    } catch {
      return {}
    }
  }
}
