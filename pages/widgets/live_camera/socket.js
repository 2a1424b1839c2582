// The connection to the server: frames out, one at a time, answers in. The messages are described in live_protocol.py.

const FRAME_HEADER_BYTES = 16
const ANSWER_HEADER_BYTES = 44
const FOUND = 1
const RECORDED = 2
const FALLEN = 4
const PICTURE = 8
const LANDMARKS = 33
const LIMBS = 8
// The server finishes a recording of twenty minutes in less.
const LEAVING_MS = 60_000

class LiveSocket {
  constructor(address, settings, on) {
    this.on = on
    this.settings = settings
    this.sequence = 0
    this.inFlight = false
    this.roundTripMs = 0
    this.ready = false
    const url = new URL(address, document.baseURI)
    url.protocol = url.protocol.replace("http", "ws")
    this.socket = new WebSocket(url)
    this.socket.binaryType = "arraybuffer"
    this.socket.onopen = () => this.say(settings)
    this.socket.onmessage = ({ data }) => this.take(data)
    this.socket.onclose = ({ code, reason }) => {
      this.ready = false
      on.closed(code, reason)
    }
  }

  say(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }

  configure(settings) {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return
    this.settings = settings
    this.say(settings)
  }

  sendFrame(takenMs, jpeg) {
    if (this.socket.readyState !== WebSocket.OPEN) return
    const message = new Uint8Array(FRAME_HEADER_BYTES + jpeg.byteLength)
    const header = new DataView(message.buffer)
    header.setFloat64(0, takenMs, true)
    header.setUint32(8, this.sequence++, true)
    message.set(new Uint8Array(jpeg), FRAME_HEADER_BYTES)
    this.inFlight = true
    this.sentAt = performance.now()
    this.socket.send(message)
  }

  take(data) {
    if (typeof data === "string") {
      const told = JSON.parse(data)
      if (told.type === "ready") this.ready = true
      return this.on[told.type]?.(told)
    }
    this.inFlight = false
    this.roundTripMs = performance.now() - this.sentAt
    this.on.answer?.(readAnswer(data))
  }

  // Nothing more is wanted but to know of the recording that this ends: the server tells it, then it closes.
  leave() {
    this.on = { recorded: this.on.kept }
    this.say({ type: "leave" })
    const timer = setTimeout(() => this.socket.close(), LEAVING_MS)
    this.socket.onclose = () => clearTimeout(timer)
  }

  close() {
    this.socket.onclose = this.socket.onmessage = null
    this.socket.close()
  }
}

function readAnswer(buffer) {
  const header = new DataView(buffer)
  const flags = header.getUint32(12, true)
  const joints = header.getUint16(40, true)
  let place = ANSWER_HEADER_BYTES
  const next = count => {
    const floats = new Float32Array(buffer, place, count)
    place += floats.byteLength
    return floats
  }
  return {
    takenMs: header.getFloat64(0, true),
    sequence: header.getUint32(8, true),
    found: Boolean(flags & FOUND),
    isRecorded: Boolean(flags & RECORDED),
    fallen: Boolean(flags & FALLEN),
    busyMs: header.getFloat32(16, true),
    tempoS: header.getFloat32(20, true),
    effort: header.getFloat32(24, true),
    repetitions: header.getUint32(28, true),
    recorded: header.getUint32(32, true),
    width: header.getUint16(36, true),
    height: header.getUint16(38, true),
    image: next(LANDMARKS * 2),
    visibility: next(LANDMARKS),
    metres: next(LANDMARKS * 3),
    angles: next(joints),
    trust: next(joints),
    limbs: next(LIMBS),
    picture: flags & PICTURE ? new Blob([new Uint8Array(buffer, place)], { type: "image/jpeg" }) : null,
  }
}
