// The landmarks and angles, fetched piece by piece while the analysis goes on. The messages are made in landmarks.py.

const LANDMARKS = 33
// Upper arms, forearms, thighs and shanks.
const LIMBS = 8
const MISSING = -32768
const ASK_AGAIN_MS = 700
// Beyond this a frame is not filled in from its neighbours.
const LONGEST_GAP_S = 0.5
const SAME_MOMENT_S = 0.0015

class Landmarks {
  constructor(address, joints, onGrown) {
    this.address = address
    this.joints = joints
    this.onGrown = onGrown
    this.stopped = false
    this.revision = -1
    this.complete = false
    this.empty()
    this.ask()
  }

  empty() {
    this.count = 0
    this.people = 0
    this.time = new Float64Array()
    this.stretches = [] // of each person, the first and the last frame of each stretch in which they are found
    this.image = new Int16Array()
    this.metres = new Int16Array()
    this.paleMetres = new Int16Array()
    this.angles = new Int16Array()
    this.visibility = new Uint8Array()
    this.trust = new Uint8Array()
    this.limbs = new Uint8Array()
  }

  stop() {
    this.stopped = true
    clearTimeout(this.timer)
  }

  async ask() {
    let more = false
    try {
      const answer = await fetch(`${this.address}&first=${this.count}&revision=${this.revision}`, { cache: "no-store" })
      if (answer.status === 404) return
      if (!this.stopped && answer.ok) more = this.take(await answer.arrayBuffer())
    } catch {
      // The server is busy or gone; the next try will tell.
    }
    if (!this.stopped && !this.complete) this.timer = setTimeout(() => this.ask(), more ? 0 : ASK_AGAIN_MS)
  }

  // Whether there is more to fetch at once.
  take(buffer) {
    const length = new DataView(buffer).getUint32(0, true)
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
    if (header.first === 0) this.empty()
    this.revision = header.revision
    this.people = header.people
    this.both = header.both
    this.pxPerUnit = header.pxPerUnit
    let place = 4 + length
    const next = (Type, perFrame, before) => {
      const fresh = new Type(buffer, place, header.count * perFrame)
      place += fresh.byteLength
      const joined = new Type(before.length + fresh.length)
      joined.set(before)
      joined.set(fresh, before.length)
      return joined
    }
    if (header.count) {
      const points = header.people * LANDMARKS
      const angles = header.people * this.joints
      this.time = next(Float64Array, 1, this.time)
      this.image = next(Int16Array, points * 2, this.image)
      this.metres = next(Int16Array, points * 3, this.metres)
      if (header.both) this.paleMetres = next(Int16Array, points * 3, this.paleMetres)
      this.angles = next(Int16Array, angles, this.angles)
      this.visibility = next(Uint8Array, points, this.visibility)
      this.trust = next(Uint8Array, angles, this.trust)
      this.limbs = next(Uint8Array, header.people * LIMBS, this.limbs)
    }
    const before = this.count
    this.count = this.time.length
    this.goOnWithStretches(before)
    const more = this.count < header.total
    this.complete = header.complete && !more
    this.onGrown()
    return more
  }

  goOnWithStretches(before) {
    while (this.stretches.length < this.people) this.stretches.push([])
    this.stretches.forEach((own, person) => {
      for (let frame = before; frame < this.count; frame++) {
        if (!this.found(frame, person)) continue
        const last = own[own.length - 1]
        if (last && last[1] === frame - 1) last[1] = frame
        else own.push([frame, frame])
      }
    })
  }

  // The last frame that has begun at a time, -1 before the first.
  indexAt(seconds) {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.time[middle] <= seconds + SAME_MOMENT_S) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  // The frame that is shown at a time; -1 before the first and after what is analysed.
  frameAt(seconds) {
    const frame = this.indexAt(seconds)
    return frame === this.count - 1 && seconds - this.time[frame] > LONGEST_GAP_S ? -1 : frame
  }

  // How far the time is on the way from this frame to the next, 0 to 1.
  shareAt(frame, seconds) {
    if (frame < 0 || frame + 1 >= this.count) return 0
    const gap = this.time[frame + 1] - this.time[frame]
    const share = (seconds - this.time[frame]) / gap
    return gap > LONGEST_GAP_S || seconds - this.time[frame] <= SAME_MOMENT_S ? 0 : Math.min(share, 1)
  }

  found(frame, person) {
    return frame >= 0 && this.image[(frame * this.people + person) * LANDMARKS * 2] !== MISSING
  }

  // One person's points into `out`, between two frames where both have the person. False if there is nobody.
  points(array, width, frame, share, person, out) {
    if (!this.found(frame, person)) return false
    const size = LANDMARKS * width
    const here = (frame * this.people + person) * size
    const there = here + this.people * size
    const between = share > 0 && this.found(frame + 1, person)
    for (let i = 0; i < size; i++)
      out[i] = between ? array[here + i] * (1 - share) + array[there + i] * share : array[here + i]
    return true
  }

  seen(frame, person, landmark) {
    return this.visibility[(frame * this.people + person) * LANDMARKS + landmark] / 255
  }

  limbTrusted(frame, person, limb) {
    return this.limbs[(frame * this.people + person) * LIMBS + limb] / 255
  }

  // In degrees; NaN where there is none.
  angle(frame, person, joint) {
    if (frame < 0) return NaN
    const value = this.angles[(frame * this.people + person) * this.joints + joint]
    return value === MISSING ? NaN : value / 10
  }
}
