// The body in 3D on a plain canvas: bones sorted by depth over a floor, turned by dragging. Standing on the floor, so that
// a squat goes down. Not plotly.js: with nothing else to do it drew 18 figures a second where no graphics card helps.

const BODY_VIEWS = {
  front: { turn: 0, tilt: 0, perspective: false },
  side: { turn: Math.PI / 2, tilt: 0, perspective: false },
  top: { turn: 0, tilt: Math.PI / 2, perspective: false },
  free: { turn: 0.5, tilt: 0.28, perspective: true },
}
const FEET = [27, 28, 29, 30, 31, 32]
const HIPS = [23, 24]
const EYE_DISTANCE_M = 4.2
// Somebody farther away than this would make everybody too small to see.
const FARTHEST_M = 4
const FLOOR_CELLS = 8
const FLOOR_CELL_M = 0.25
const TURN_PER_PX = 0.01
// The view outlives its element, so that it is still there after a change of page.
const bodyViews = new Map()

class Body {
  constructor(canvas, onTurned) {
    this.canvas = canvas
    this.context = canvas.getContext("2d")
    this.onTurned = onTurned
    this.points = new Float32Array(LANDMARKS * 3)
    this.pixels = new Float32Array(LANDMARKS * 2)
    this.halfHeight = 0.95
    this.reach = 0
    this.dragging = null
    canvas.onpointerdown = event => {
      canvas.setPointerCapture(event.pointerId)
      this.dragging = { x: event.clientX, y: event.clientY }
    }
    canvas.onpointermove = event => {
      if (!this.dragging) return
      this.turnBy((event.clientX - this.dragging.x) * TURN_PER_PX, (event.clientY - this.dragging.y) * TURN_PER_PX)
      this.dragging = { x: event.clientX, y: event.clientY }
    }
    canvas.onpointerup = canvas.onpointercancel = () => {
      this.dragging = null
    }
  }

  configure(data, colours, people) {
    this.data = data
    this.colours = colours
    this.people = people
    this.view = bodyViews.get(data.key) ?? { ...BODY_VIEWS.free, name: "free" }
  }

  setView(name) {
    this.view = { ...BODY_VIEWS[name], name }
    bodyViews.set(this.data.key, this.view)
    this.onTurned()
  }

  turnBy(turn, tilt) {
    const limit = Math.PI / 2
    this.view = {
      turn: this.view.turn + turn,
      tilt: Math.max(-limit, Math.min(limit, this.view.tilt + tilt)),
      perspective: true,
      name: "",
    }
    bodyViews.set(this.data.key, this.view)
    this.onTurned()
  }

  // How tall people are here, from what is there: the half of it is the height of the view's middle. And how far from
  // the middle they stand, so that all of them are in view and the view does not change from frame to frame.
  measure(landmarks) {
    const heights = []
    this.reach = 0
    const step = Math.max(1, Math.floor(landmarks.count / 60))
    for (let frame = 0; frame < landmarks.count; frame += step) {
      const there = [...Array(landmarks.people).keys()].filter(person => landmarks.found(frame, person))
      if (there.length > 1)
        this.reach = Math.max(this.reach, ...this.places(landmarks, frame, 0, there).map(Math.abs))
      for (let person = 0; person < landmarks.people; person++) {
        if (!landmarks.points(landmarks.metres, 3, frame, 0, person, this.points)) continue
        let [low, high] = [Infinity, -Infinity]
        for (let i = 0; i < LANDMARKS; i++) {
          low = Math.min(low, this.points[3 * i + 1])
          high = Math.max(high, this.points[3 * i + 1])
        }
        heights.push((high - low) / 1000)
      }
    }
    if (heights.length) this.halfHeight = Math.max(0.3, heights.sort((a, b) => a - b)[Math.floor(heights.length * 0.9)] / 2)
  }

  draw(landmarks, frame, share, people) {
    const { canvas, context } = this
    this.dense = fitCanvas(canvas)
    context.clearRect(0, 0, canvas.width, canvas.height)
    this.prepare(people.length > 1 ? Math.min(this.reach, FARTHEST_M) : 0)
    const shown = people.filter(person => landmarks.found(frame, person))
    this.drawFloor()
    const places = this.places(landmarks, frame, share, shown)
    const parts = shown.flatMap((person, index) => this.parts(landmarks, frame, share, person, places[index]))
    if (landmarks.both)
      shown.forEach((person, index) => parts.push(...this.paleParts(landmarks, frame, share, person, places[index])))
    parts.sort((a, b) => b.depth - a.depth)
    for (const part of parts) this.drawPart(part)
    if (shown.length > 1) shown.forEach((person, index) => this.drawName(landmarks, frame, share, person, places[index]))
    canvas.dataset.frame = frame
    canvas.dataset.people = shown.length
    canvas.dataset.bodies = landmarks.both ? 2 : 1
    canvas.dataset.turn = this.view.turn.toFixed(3)
  }

  // For bodies up to so far beside the middle, in metres.
  prepare(reach) {
    const { canvas, view } = this
    this.eyeDistance = EYE_DISTANCE_M + 2 * reach
    const width = reach ? 2.2 * (reach + 0.6) : 2
    this.scale = Math.min(canvas.height / (2.5 * this.halfHeight), canvas.width / width)
    this.sines = [Math.sin(view.turn), Math.cos(view.turn), Math.sin(view.tilt), Math.cos(view.tilt)]
  }

  // x right, y up, z away from the camera, in metres from a point on the floor; gives canvas x, y and depth.
  project(x, y, z) {
    const [sinTurn, cosTurn, sinTilt, cosTilt] = this.sines
    const right = x * cosTurn + z * sinTurn
    const away = z * cosTurn - x * sinTurn
    const lifted = y - this.halfHeight
    const up = lifted * cosTilt + away * sinTilt
    const depth = away * cosTilt - lifted * sinTilt
    const factor = this.scale * (this.view.perspective ? this.eyeDistance / Math.max(0.5, this.eyeDistance + depth) : 1)
    return [this.canvas.width / 2 + right * factor, this.canvas.height / 2 - up * factor, depth]
  }

  drawFloor() {
    const { context } = this
    const reach = (FLOOR_CELLS / 2) * FLOOR_CELL_M
    context.strokeStyle = this.colours.grid
    context.lineWidth = this.dense
    context.globalAlpha = 1
    context.beginPath()
    for (let cell = 0; cell <= FLOOR_CELLS; cell++) {
      const place = cell * FLOOR_CELL_M - reach
      for (const [from, to] of [
        [this.project(place, 0, -reach), this.project(place, 0, reach)],
        [this.project(-reach, 0, place), this.project(reach, 0, place)],
      ]) {
        context.moveTo(from[0], from[1])
        context.lineTo(to[0], to[1])
      }
    }
    context.stroke()
  }

  // Several people stand side by side as in the picture: where each one's hips are, in metres.
  places(landmarks, frame, share, people) {
    if (people.length < 2) return people.map(() => 0)
    const hips = []
    const pxPerM = []
    for (const person of people) {
      landmarks.points(landmarks.metres, 3, frame, share, person, this.points)
      landmarks.points(landmarks.image, 2, frame, share, person, this.pixels)
      pxPerM.push((1000 * span(this.pixels, 2)) / span(this.points, 3))
      hips.push((this.pixels[2 * HIPS[0]] + this.pixels[2 * HIPS[1]]) / 2)
    }
    const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length
    return hips.map(x => (x - mean(hips)) / mean(pxPerM))
  }

  parts(landmarks, frame, share, person, aside) {
    const { points, data } = this
    const { skeleton, style } = data
    landmarks.points(landmarks.metres, 3, frame, share, person, points)
    const at = this.projectAll(points, this.floorUnder(points), aside)
    const solid = index => landmarks.seen(frame, person, index) >= style.min_visibility
    // A limb whose direction is not to be trusted is faint.
    const limbs = new Map(skeleton.limbs.map((bone, limb) => [bone, landmarks.limbTrusted(frame, person, limb)]))
    const seen = part => part.seen || style.low_visibility !== "hidden"
    const bones = skeleton.bones.map(([a, b], index) => ({
      from: at[a],
      to: at[b],
      depth: (at[a][2] + at[b][2]) / 2,
      colour: skeleton.colours[skeleton.boneSides[index]],
      size: Math.min(skeleton.sizes[a], skeleton.sizes[b]),
      seen: solid(a) && solid(b),
      solid: solid(a) && solid(b) && !(limbs.get(index) < data.leastTrust),
    }))
    const joints = at.map((place, index) => ({
      from: place,
      depth: place[2] - 0.02,
      colour: skeleton.colours[skeleton.sides[index]],
      size: skeleton.sizes[index],
      seen: solid(index),
      solid: solid(index),
    }))
    return [...bones, ...joints].filter(seen)
  }

  drawName(landmarks, frame, share, person, aside) {
    landmarks.points(landmarks.metres, 3, frame, share, person, this.points)
    const at = this.projectAll(this.points, this.floorUnder(this.points), aside)
    const x = HEAD.reduce((sum, index) => sum + at[index][0], 0) / HEAD.length
    const top = Math.min(...HEAD.map(index => at[index][1]))
    this.people.drawTag(this.canvas, this.context, x, top - 0.14 * this.scale, person, this.dense)
  }

  // The body that is not measured, with its hips where the measured one has them.
  paleParts(landmarks, frame, share, person, aside) {
    landmarks.points(landmarks.metres, 3, frame, share, person, this.points)
    const floor = this.floorUnder(this.points)
    landmarks.points(landmarks.paleMetres, 3, frame, share, person, this.points)
    const at = this.projectAll(this.points, floor, aside)
    return this.data.skeleton.bones.map(([a, b]) => ({
      from: at[a],
      to: at[b],
      depth: (at[a][2] + at[b][2]) / 2,
      colour: this.colours.faint,
      size: 0.7,
      solid: false,
    }))
  }

  floorUnder(points) {
    return Math.max(...FEET.map(index => points[3 * index + 1]))
  }

  projectAll(points, floor, aside) {
    return Array.from({ length: LANDMARKS }, (_, i) =>
      this.project(points[3 * i] / 1000 + aside, (floor - points[3 * i + 1]) / 1000, points[3 * i + 2] / 1000),
    )
  }

  drawPart({ from, to, depth, colour, size, solid }) {
    const { context } = this
    const near = this.view.perspective ? this.eyeDistance / Math.max(0.5, this.eyeDistance + depth) : 1
    const width = this.scale * 0.03 * size * near
    context.globalAlpha = solid ? 1 : 0.4
    context.lineCap = "round"
    context.beginPath()
    if (to) {
      context.moveTo(from[0], from[1])
      context.lineTo(to[0], to[1])
      context.strokeStyle = colour
      context.lineWidth = solid ? width : width / 2
      context.stroke()
    } else {
      context.arc(from[0], from[1], Math.max(width * 0.95, 1.2), 0, 2 * Math.PI)
      context.fillStyle = solid ? colour : this.colours.ground
      context.fill()
      context.lineWidth = this.dense
      context.strokeStyle = solid ? this.colours.ground : colour
      context.stroke()
    }
  }
}

// The longer side of the box around the points, of their first two coordinates.
function span(points, width) {
  const sides = [0, 1].map(axis => {
    let [low, high] = [Infinity, -Infinity]
    for (let i = axis; i < points.length; i += width) {
      low = Math.min(low, points[i])
      high = Math.max(high, points[i])
    }
    return high - low
  })
  return Math.max(...sides, 1)
}
