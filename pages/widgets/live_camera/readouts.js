// The large figures: one for each chosen angle, with its target band, and one for the repetitions.

// More often nobody can read it.
const FIGURES_EVERY_MS = 120

class Readouts {
  constructor(root, cues) {
    this.root = root
    this.cues = cues
    this.shownAt = 0
  }

  configure(data) {
    this.data = data
    const key = JSON.stringify([data.readouts, data.movement, data.labels])
    if (this.built === key) return
    this.built = key
    this.root.setAttribute("aria-label", data.labels.readouts)
    this.cards = data.readouts.map(readout => this.card(readout))
    this.root.replaceChildren(...this.cards.map(card => card.root))
    this.counter = null
    if (data.movement) {
      this.counter = this.card({ label: data.movement.label, side: "centre" })
      this.counter.root.classList.add("counter")
      this.counter.effort = element("div", "effort")
      this.counter.effort.append(element("div", "done"))
      this.counter.root.append(this.counter.effort)
      this.root.prepend(this.counter.root)
    }
    this.root.classList.toggle("few", this.cards.length <= 2)
  }

  card(readout) {
    const root = element("div", "readout")
    root.dataset.joint = readout.name ?? "repetitions"
    root.style.setProperty("--side", this.data.skeleton.colours[readout.side])
    const name = element("div", "name", readout.label)
    const figure = element("div", "figure", "–")
    const under = element("div", "under", this.target(readout))
    root.append(name, figure, under)
    return { root, figure, under, readout, inside: false }
  }

  target({ low, high }) {
    return low === undefined || low === null ? "" : `${this.data.labels.target} ${low}–${high}°`
  }

  show(answer, now) {
    for (const card of this.cards) {
      const { index, low, high } = card.readout
      const value = answer.angles[index]
      const known = answer.found && value === value
      const inside = known && low !== null && value >= low && value <= high
      if (inside && !card.inside) this.cues.reached(card.readout)
      card.inside = inside
      card.root.classList.toggle("inside", inside)
      card.root.classList.toggle("doubtful", known && answer.trust[index] < this.data.leastTrust)
      card.value = known ? value : NaN
    }
    if (now - this.shownAt < FIGURES_EVERY_MS) return
    this.shownAt = now
    for (const card of this.cards) {
      const words = degreesText(card.value)
      if (card.figure.textContent !== words) card.figure.textContent = words
    }
    this.count(answer)
  }

  clear() {
    for (const card of this.cards) {
      card.figure.textContent = "–"
      card.root.classList.remove("inside", "doubtful")
    }
    this.count({ repetitions: 0, tempoS: NaN, effort: 0 })
  }

  count({ repetitions, tempoS, effort }) {
    if (!this.counter) return
    this.counter.figure.textContent = repetitions
    this.counter.under.textContent =
      tempoS === tempoS ? this.data.labels.tempo.replace("{seconds}", tempoS.toFixed(1)) : this.data.labels.no_tempo
    this.counter.effort.firstChild.style.width = `${Math.round(100 * effort)}%`
    this.counter.root.classList.toggle("made", effort >= 1)
  }
}

// The last ten seconds of the chosen angles, one lane for each kind of joint.
const LAST_S = 10
const LANE_PX = 64
const LANE_NAME_PX = 18
const SMALLEST_SPAN_DEG = 30
const LONGEST_GAP_MS = 500

class TenSeconds {
  constructor(root) {
    this.root = root
    this.canvas = root.querySelector("canvas")
    this.context = this.canvas.getContext("2d")
    this.heads = root.querySelector(".heads")
    this.past = []
  }

  configure(data, colours) {
    this.data = data
    this.colours = colours
    this.root.setAttribute("aria-label", data.labels.curves)
    const kinds = new Map()
    for (const readout of data.readouts) {
      if (!kinds.has(readout.kind)) kinds.set(readout.kind, { label: readout.kindLabel, readouts: [] })
      kinds.get(readout.kind).readouts.push(readout)
    }
    this.lanes = [...kinds.values()]
    this.root.style.height = `${this.lanes.length * (LANE_PX + LANE_NAME_PX)}px`
    this.heads.replaceChildren(
      ...this.lanes.map((lane, index) => {
        const head = element("div", "head")
        head.style.top = `${index * (LANE_PX + LANE_NAME_PX)}px`
        lane.range = element("span", "range")
        head.append(element("span", "", lane.label), lane.range)
        return head
      }),
    )
    const key = JSON.stringify([data.settings.reading, data.settings.space])
    if (this.measuredIn !== key) this.past = []
    this.measuredIn = key
  }

  clear() {
    this.past = []
  }

  take(answer) {
    this.past.push({ at: answer.takenMs, angles: answer.found ? answer.angles : null })
    const oldest = answer.takenMs - 1000 * LAST_S
    while (this.past.length && !(this.past[0].at >= oldest && this.past[0].at <= answer.takenMs)) this.past.shift()
  }

  draw() {
    const { canvas, context } = this
    const dense = fitCanvas(canvas)
    context.clearRect(0, 0, canvas.width, canvas.height)
    const now = this.past.at(-1)?.at ?? 0
    this.lanes.forEach((lane, index) => {
      const top = (index * (LANE_PX + LANE_NAME_PX) + LANE_NAME_PX) * dense
      this.drawLane(lane, top, LANE_PX * dense, now, dense)
    })
  }

  drawLane(lane, top, height, now, dense) {
    const { canvas, context, colours } = this
    const [low, high] = this.rangeOf(lane)
    const y = value => top + height - ((value - low) / (high - low)) * (height - 4 * dense) - 2 * dense
    context.strokeStyle = colours.grid
    context.lineWidth = dense
    context.strokeRect(0.5 * dense, top, canvas.width - dense, height - dense)
    for (const readout of lane.readouts) {
      if (readout.low === null) continue
      const [from, to] = [Math.max(low, readout.low), Math.min(high, readout.high)]
      context.fillStyle = colours.band
      if (to > from) context.fillRect(0, y(to), canvas.width, y(from) - y(to))
    }
    for (const readout of lane.readouts) {
      context.strokeStyle = this.data.skeleton.colours[readout.side]
      context.lineWidth = 2 * dense
      context.beginPath()
      let before = null
      for (const { at, angles } of this.past) {
        const value = angles?.[readout.index]
        if (value !== value || value === undefined) continue
        const x = canvas.width * (1 - (now - at) / (1000 * LAST_S))
        if (before === null || at - before > LONGEST_GAP_MS) context.moveTo(x, y(value))
        else context.lineTo(x, y(value))
        before = at
      }
      context.stroke()
    }
    const range = this.past.length ? `${Math.round(low)} – ${Math.round(high)}°`.replaceAll("-", "−") : ""
    if (lane.range.textContent !== range) lane.range.textContent = range
  }

  rangeOf(lane) {
    let [low, high] = [Infinity, -Infinity]
    for (const { angles } of this.past)
      for (const { index } of lane.readouts) {
        const value = angles?.[index]
        if (value === undefined || value !== value) continue
        low = Math.min(low, value)
        high = Math.max(high, value)
      }
    if (low > high) return [0, 180]
    const missing = Math.max(0, SMALLEST_SPAN_DEG - (high - low)) / 2
    return [Math.floor((low - missing) / 10) * 10, Math.ceil((high + missing) / 10) * 10]
  }
}

function element(tag, className, words = "") {
  const made = document.createElement(tag)
  if (className) made.className = className
  made.textContent = words
  return made
}
