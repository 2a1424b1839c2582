// One answer of the server in the form in which the player's overlay and body ask for landmarks.

const MM_PER_M = 1000

class LiveLandmarks {
  constructor() {
    this.count = 1
    this.people = 0
    this.pxPerUnit = 1
    this.both = false
    this.metres = new Float32Array(LANDMARKS * 3)
    this.tall = 0
  }

  take(answer) {
    this.people = answer.found ? 1 : 0
    Object.assign(this, { image: answer.image, visibility: answer.visibility, limbs: answer.limbs })
    if (!answer.found) return
    let [low, high] = [Infinity, -Infinity]
    for (let i = 0; i < this.metres.length; i++) {
      this.metres[i] = answer.metres[i] * MM_PER_M
      if (i % 3 !== 1) continue
      low = Math.min(low, answer.metres[i])
      high = Math.max(high, answer.metres[i])
    }
    // As tall as lately: a squat must not make the view larger.
    this.tall = Math.max(high - low, 0.999 * this.tall)
  }

  found() {
    return this.people > 0
  }

  points(array, width, frame, share, person, out) {
    if (!this.people) return false
    out.set(array)
    return true
  }

  seen(frame, person, landmark) {
    return this.visibility[landmark]
  }

  limbTrusted(frame, person, limb) {
    return this.limbs[limb]
  }
}
