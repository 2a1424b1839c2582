// The angle curves, one lane for each kind of joint, and below them the strip of who is there when. They are drawn once;
// while playing only the cursor and the figures beside the joints' names move. Of one person left and right have their
// colours; of several each person has one, and the right side is dashed.

const LANE_HEAD_PX = 20
const LANE_PLOT_PX = 52
const AXIS_PX = 20
const SMALLEST_RANGE_DEG = 20
const WIDEST_NAME_PX = 80
const RIGHT_OF_SEVERAL = [6, 4]
const AXIS_STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600]

class Curves {
  constructor(root) {
    this.root = root
    this.canvas = root.querySelector("canvas")
    this.context = this.canvas.getContext("2d")
    this.heads = root.querySelector(".heads")
    this.cursor = root.querySelector(".cursor")
    this.stretch = root.querySelector(".stretch")
    this.values = []
    this.strip = new Strip(this)
  }

  configure(data, colours, people) {
    this.data = data
    this.colours = colours
    this.who = people
  }

  get span() {
    return Math.max(this.data.part[1] - this.data.part[0], 1e-6)
  }

  x(seconds) {
    return ((seconds - this.data.part[0]) / this.span) * this.root.clientWidth
  }

  secondsAt(clientX) {
    const box = this.root.getBoundingClientRect()
    const share = (clientX - box.left) / box.width
    return this.data.part[0] + Math.max(0, Math.min(1, share)) * this.span
  }

  // Everything but the cursor.
  draw(landmarks, people, joints) {
    const { data, canvas, context } = this
    this.landmarks = landmarks
    this.people = people
    this.kinds = data.joints.filter(kind => joints.has(kind.name))
    const lanes = this.kinds.length * (LANE_HEAD_PX + LANE_PLOT_PX)
    this.root.style.height = `${lanes + (landmarks.people ? LANE_HEAD_PX : 0) + this.strip.measure(landmarks, this.who) + AXIS_PX}px`
    this.drawHeads(lanes)
    const dense = fitCanvas(canvas)
    context.setTransform(dense, 0, 0, dense, 0, 0)
    context.clearRect(0, 0, canvas.width, canvas.height)
    this.width = canvas.width / dense
    this.drawAxis(canvas.height / dense)
    this.kinds.forEach((kind, row) =>
      this.drawLane(kind, row * (LANE_HEAD_PX + LANE_PLOT_PX) + LANE_HEAD_PX),
    )
    this.strip.draw(landmarks, people, this.who, lanes + LANE_HEAD_PX)
    canvas.dataset.frames = landmarks.count
  }

  drawHeads(lanes) {
    const { labels } = this.data
    const several = this.people.length > 1
    this.values = []
    const heads = this.kinds.map((kind, row) => {
      const head = element("div", "head", kind.label)
      head.style.top = `${row * (LANE_HEAD_PX + LANE_PLOT_PX)}px`
      const add = (person, sides, words) => {
        const value = element("span", "value")
        value.style.setProperty("--side", this.colour(person, sides[0].side))
        head.append(value)
        this.values.push({ value, person, joints: sides.map(({ index }) => index), words })
      }
      // Of several people each has one figure for the left and one for the right.
      this.context.font = `13px ${this.colours.font}`
      for (const person of this.people)
        if (several) add(person, kind.sides, shortened(this.context, this.who.name(person), WIDEST_NAME_PX))
        else for (const each of kind.sides) add(person, [each], each.side === "centre" ? "" : labels[each.side])
      return head
    })
    if (this.landmarks.people) {
      const head = element("div", "head", labels.found)
      head.style.top = `${lanes}px`
      heads.push(head, ...this.strip.names(this.landmarks, this.people, this.who, lanes + LANE_HEAD_PX))
    }
    this.heads.replaceChildren(...heads)
  }

  colour(person, side) {
    return this.people.length > 1 ? this.who.colour(person) : this.data.skeleton.colours[side]
  }

  drawAxis(height) {
    const { context, colours, width } = this
    const [from, to] = this.data.part
    const step = AXIS_STEPS_S.find(each => (each / this.span) * width >= 64) ?? 1200
    context.font = `12px ${this.colours.font}`
    context.textBaseline = "alphabetic"
    context.lineWidth = 1
    for (let tick = Math.ceil(from / step - 1e-9) * step; tick <= to + 1e-9; tick += step) {
      const x = this.x(tick)
      context.strokeStyle = colours.grid
      context.beginPath()
      context.moveTo(x, 0)
      context.lineTo(x, height - AXIS_PX + 4)
      context.stroke()
      context.fillStyle = colours.faint
      context.textAlign = x < 18 ? "left" : x > width - 18 ? "right" : "center"
      context.fillText(clockText(tick, step < 1 ? 1 : 0), x, height - 4)
    }
  }

  drawLane(kind, top) {
    const { context, colours, data } = this
    const curves = this.people.flatMap(person =>
      kind.sides.map(({ side, index }) => ({
        points: this.reduced(person, index),
        colour: this.colour(person, side),
        dash: this.people.length > 1 && side === "right" ? RIGHT_OF_SEVERAL : [],
      })),
    )
    const [low, high] = range(curves)
    context.fillStyle = colours.faint
    context.font = `11px ${colours.font}`
    context.textAlign = "right"
    context.fillText(`${low} – ${high}°`, this.width - 2, top - 5)
    context.strokeStyle = colours.grid
    context.strokeRect(0.5, top + 0.5, this.width - 1, LANE_PLOT_PX - 1)
    const y = value => top + LANE_PLOT_PX - 3 - ((value - low) / (high - low)) * (LANE_PLOT_PX - 6)
    for (const { points, colour, dash } of curves)
      for (const trusted of [false, true]) {
        context.globalAlpha = trusted ? 1 : 0.4
        context.strokeStyle = colour
        context.lineWidth = 1.75
        context.lineJoin = "round"
        context.setLineDash(dash)
        context.beginPath()
        let before = null
        for (const point of points) {
          if (before && point && Math.min(before.trust, point.trust) >= data.leastTrust === trusted) {
            context.moveTo(before.x, y(before.value))
            context.lineTo(point.x, y(point.value))
          }
          before = point
        }
        context.stroke()
      }
    context.setLineDash([])
    context.globalAlpha = 1
  }

  // A curve as points {x, value, trust} and nulls for gaps: where there are more frames than pixels, for each pixel the
  // lowest and the highest.
  reduced(person, joint) {
    const { landmarks, data } = this
    const points = []
    let column = null
    const close = () => {
      if (!column) return
      const { low, high } = column
      points.push(low.frame <= high.frame ? low : high)
      if (low !== high) points.push(low.frame <= high.frame ? high : low)
      column = null
    }
    for (let frame = 0; frame < landmarks.count; frame++) {
      const value = landmarks.angle(frame, person, joint)
      if (value !== value) {
        close()
        if (points.length && points[points.length - 1]) points.push(null)
        continue
      }
      const x = ((landmarks.time[frame] - data.part[0]) / this.span) * this.width
      const trust = landmarks.trust[(frame * landmarks.people + person) * landmarks.joints + joint] / 255
      const point = { x, value, trust, frame }
      if (column && Math.floor(x) === column.pixel) {
        if (value < column.low.value) column.low = point
        if (value > column.high.value) column.high = point
      } else {
        close()
        column = { pixel: Math.floor(x), low: point, high: point }
      }
    }
    close()
    return points
  }

  moveCursor(seconds, frame) {
    this.cursor.style.transform = `translateX(${this.x(seconds).toFixed(2)}px)`
    this.cursor.dataset.frame = frame
    this.cursor.dataset.time = seconds
    for (const { value, person, joints, words } of this.values) {
      const angles = joints.map(joint => this.landmarks.angle(frame, person, joint))
      const shown = angles.map(degreesText).join(" / ")
      value.textContent = words ? `${words} ${shown}` : shown
    }
  }

  // The figures under the cursor in words, for those who do not see the curves.
  words() {
    const parts = this.kinds?.map((kind, row) => this.heads.children[row]?.textContent ?? kind.label) ?? []
    return parts.join(", ")
  }

  showStretch(stretch) {
    this.stretch.hidden = !stretch
    if (!stretch) return
    this.stretch.style.left = `${this.x(stretch[0])}px`
    this.stretch.style.width = `${Math.max(1, this.x(stretch[1]) - this.x(stretch[0]))}px`
  }
}

function range(curves) {
  let [low, high] = [Infinity, -Infinity]
  for (const { points } of curves)
    for (const point of points) {
      if (!point) continue
      low = Math.min(low, point.value)
      high = Math.max(high, point.value)
    }
  if (low > high) return [0, 180]
  const middle = (low + high) / 2
  const half = Math.max(high - low, SMALLEST_RANGE_DEG) / 2
  return [Math.floor((middle - half) / 10) * 10, Math.ceil((middle + half) / 10) * 10]
}

function clockText(seconds, decimals = 2) {
  const whole = Number(Math.max(0, seconds).toFixed(decimals))
  const minutes = Math.floor(whole / 60)
  const rest = (whole - 60 * minutes).toFixed(decimals)
  return `${minutes}:${rest.padStart(decimals ? 3 + decimals : 2, "0")}`
}

function element(tag, className, words = "") {
  return Object.assign(document.createElement(tag), { className, textContent: words })
}
