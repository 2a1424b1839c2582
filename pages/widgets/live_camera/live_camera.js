// The live camera: the picture as the browser has it, with the skeleton that the server has found last drawn over it. The
// picture never waits for the server; what is sent is always the newest frame, and only one at a time.

const lives = new WeakMap()
// What the user has chosen here outlives the page.
const STORE = "posescope-live"
const LATENCIES_KEPT = 3000
const FIGURES_FOR_MS = 2000
// An older skeleton is not drawn over a newer picture.
const STALE_MS = 1000
const SPEED_EVERY_MS = 500
const COME_BACK_AFTER_MS = 1000
const CURVES_EVERY_MS = 66

export default function (component) {
  const { parentElement } = component
  if (!lives.has(parentElement)) lives.set(parentElement, new Live(parentElement))
  const live = lives.get(parentElement)
  live.update(component)
  return () => {
    live.leave()
    lives.delete(parentElement)
  }
}

class Live {
  constructor(parent) {
    const find = selector => parent.querySelector(selector)
    this.find = find
    this.root = find(".live")
    this.video = find("video")
    this.note = find(".note")
    this.camera = new Camera(this.video, () => this.cameraGone())
    this.source = new BrowserPicture(this)
    this.people = new People() // of one person no name is drawn
    this.overlay = new Overlay(find(".overlay"))
    this.body = new Body(find(".body"), () => this.viewTurned())
    this.landmarks = new LiveLandmarks()
    this.cues = new Cues()
    this.readouts = new Readouts(find(".readouts"), this.cues)
    this.curves = new TenSeconds(find(".curves"))
    this.recording = new RecordingControls(
      find(".recording"),
      { countdown: find(".countdown"), badge: find(".badge") },
      {
        record: video => this.socket?.say({ type: "record", video }),
        stop: () => this.socket?.say({ type: "stop" }),
      },
    )
    this.devices = new DeviceControls(this)
    // Read by the benchmark: milliseconds from each frame's capture until its skeleton was drawn.
    this.root.latencies = []
    this.recent = []
    this.abort = new AbortController()
    const on = (target, name, action) => target.addEventListener(name, action, { signal: this.abort.signal })
    on(find(".start"), "click", () => this.start())
    on(find(".wait"), "click", () => this.wait())
    on(find(".take"), "click", () => this.send("model", this.proposed))
    on(find(".off"), "click", () => this.off())
    on(document, "visibilitychange", () => this.seenAgain())
    this.observer = new ResizeObserver(() => this.redraw())
    this.observer.observe(this.root)
  }

  // New data, new words or a new theme.
  update({ data, setTriggerValue }) {
    const first = !this.data
    const before = this.data
    this.send = setTriggerValue
    this.data = data
    this.colours = this.readColours()
    this.people.configure({ named: false }, this.colours)
    this.overlay.configure({ ...data, width: 1, height: 1 }, this.people)
    this.body.configure(data, this.colours, this.people)
    this.cues.configure(data)
    this.readouts.configure(data)
    this.curves.configure(data, this.colours)
    this.recording.configure(data, this.cues)
    this.devices.configure(data)
    this.label()
    if (before && before.settings.model !== data.settings.model) this.propose(null)
    if (first) this.start()
    else if (before.address !== data.address || before.camera !== data.camera) this.start()
    else this.socket?.configure(data.settings)
    this.redraw()
  }

  readColours() {
    const style = getComputedStyle(this.root)
    const value = name => style.getPropertyValue(name).trim()
    return {
      ink: value("--st-text-color"),
      faint: value("--live-faint"),
      grid: value("--st-border-color"),
      ground: value("--st-background-color"),
      band: value("--live-band"),
      font: value("--st-font") || "sans-serif",
    }
  }

  label() {
    const { labels } = this.data
    this.root.setAttribute("aria-label", labels.live)
    this.overlay.canvas.setAttribute("aria-label", labels.picture)
    this.body.canvas.setAttribute("aria-label", labels.body)
    const views = this.find(".view-buttons")
    views.setAttribute("aria-label", labels.views)
    views.replaceChildren(
      ...Object.keys(BODY_VIEWS).map(name => {
        const button = element("button", "", labels[`view_${name}`])
        button.type = "button"
        button.dataset.view = name
        button.onclick = () => this.body.setView(name)
        return button
      }),
    )
    this.pressView()
    this.find(".start").textContent = labels.start
    this.find(".wait").textContent = labels.wait
    this.find(".off").textContent = labels.off
    this.find(".alarm").textContent = labels.fallen
    this.find(".take").textContent = labels.take
    if (this.told) this.tell(...this.told)
  }

  // off, starting, running, full, waiting, problem: what the curtain before the picture says.
  tell(state, words = "", button = state === "off" || state === "problem") {
    this.told = [state, words, button]
    this.root.dataset.state = state
    this.find(".message").textContent = words
    this.find(".curtain").hidden = state === "running"
    this.find(".start").hidden = !button
    this.find(".wait").hidden = state !== "full"
    this.recording.enabled = state === "running"
    this.devices.show(state)
  }

  async start() {
    const { labels } = this.data
    this.end()
    const attempt = (this.attempt = {})
    const source = (this.source = this.data.camera ? new ServerPicture(this) : new BrowserPicture(this))
    const problem = this.data.camera ? "" : Camera.problem()
    if (problem) return this.tell("problem", labels[`problem_${problem}`], false)
    this.tell("starting", this.data.camera ? labels.connecting : labels.asking, false)
    try {
      await source.open()
    } catch (error) {
      if (attempt === this.attempt) this.tell("problem", labels[`problem_${cameraProblem(error)}`])
      return
    }
    if (attempt !== this.attempt) return
    this.connect()
  }

  connect() {
    const { labels, errors } = this.data
    this.tell("starting", labels.connecting, false)
    this.root.dataset.drawn = 0
    this.socket = new LiveSocket(this.data.address, this.data.settings, {
      ready: () => {
        this.tell("running")
        // Perhaps the server has kept what was recorded long before it could tell.
        if (this.missed) this.send("recorded", "missed")
        this.missed = false
        this.source.ask()
      },
      full: ({ places }) => {
        this.places = places
        this.tell("full", errors.PlacesTaken.replace("{places}", places), false)
      },
      answer: answer => this.take(answer),
      recording: () => this.recording.begun(),
      no_video: () => this.say(labels.no_video),
      recorded: told => {
        // That which the connection before kept is not the one that may be running now.
        if (told.ended_by !== "left") this.recording.ended()
        this.showRecorded(told)
      },
      not_recorded: () => this.recording.notBegun(),
      kept: told => this.showRecorded(told),
      proposal: told => this.propose(told),
      closed: (code, reason) => this.closed(reason),
    })
  }

  // The page's script lists it.
  showRecorded({ id, frames }) {
    this.root.dataset.recorded = frames
    this.send("recorded", id)
  }

  // The server has ended the connection, or has gone.
  closed(reason) {
    const wasRunning = this.root.dataset.state === "running"
    this.missed ||= this.recording.open
    this.socket = null
    this.end()
    const { errors, labels } = this.data
    if (errors[reason]) this.tell("problem", errors[reason].replace("{places}", this.places))
    else if (wasRunning) {
      this.tell("starting", labels.lost, false)
      this.timer = setTimeout(() => this.start(), COME_BACK_AFTER_MS)
    } else this.tell("problem", labels.no_server)
  }

  // It was unplugged, or the browser no longer lets the page have it.
  cameraGone() {
    this.end()
    this.tell("problem", this.data.labels.problem_gone)
  }

  wait() {
    this.socket.say({ type: "wait" })
    this.tell("waiting", this.data.labels.waiting, false)
  }

  take(answer) {
    this.answer = answer
    this.takenMs = this.source.takenMs(answer)
    this.source.answered(answer)
    this.landmarks.take(answer)
    this.curves.take(answer)
    this.recording.take(answer)
    this.cues.repetitions(answer.repetitions)
    if (answer.fallen && !this.fallen) this.cues.fallen()
    this.fallen = answer.fallen
    this.drawing ??= requestAnimationFrame(() => this.draw())
    this.source.ask()
  }

  draw() {
    this.drawing = null
    const now = performance.now()
    const { answer } = this
    if (!answer || !this.data) return
    const staleInMs = this.takenMs + STALE_MS - performance.timeOrigin - now
    const fresh = staleInMs > 0
    // Nothing may come any more: then nobody else would take the skeleton away.
    clearTimeout(this.staleTimer)
    if (fresh) this.staleTimer = setTimeout(() => this.redraw(), staleInMs + 1)
    this.overlay.configure({ ...this.data, width: answer.width, height: answer.height }, this.people)
    this.overlay.draw(this.landmarks, 0, 0, answer.found && fresh ? [0] : [])
    if (this.landmarks.tall) this.body.halfHeight = Math.max(0.3, this.landmarks.tall / 2)
    this.body.draw(this.landmarks, 0, 0, answer.found ? [0] : [])
    this.readouts.show(answer, now)
    if (now - (this.curvesAt ?? 0) >= CURVES_EVERY_MS) {
      this.curvesAt = now
      this.curves.draw()
    }
    this.find(".alarm").hidden = !answer.fallen
    this.say(answer.found ? "" : this.data.labels.nobody)
    if (answer.sequence !== this.drawnSequence) this.measure(answer, performance.timeOrigin + performance.now())
    this.drawnSequence = answer.sequence
  }

  measure(answer, nowMs) {
    const { latencies, dataset } = this.root
    const latency = nowMs - this.takenMs
    latencies.push(latency)
    if (latencies.length > LATENCIES_KEPT) latencies.shift()
    this.recent.push([nowMs, latency])
    while (nowMs - this.recent[0][0] > FIGURES_FOR_MS) this.recent.shift()
    dataset.drawn = Number(dataset.drawn ?? 0) + 1
    dataset.found = answer.found
    dataset.repetitions = answer.repetitions
    dataset.frames = this.recording.frames
    dataset.recording = this.recording.state
    if (nowMs - (this.speedAt ?? 0) < SPEED_EVERY_MS || this.recent.length < 2) return
    this.speedAt = nowMs
    const sorted = this.recent.map(each => each[1]).sort((a, b) => a - b)
    const span = this.recent.at(-1)[0] - this.recent[0][0]
    const perS = span > 0 ? (1000 * (this.recent.length - 1)) / span : 0
    this.find(".figures").textContent = this.data.labels.speed
      .replace("{per_s}", perS.toFixed(0))
      .replace("{delay}", sorted[sorted.length >> 1].toFixed(0))
      .replace("{busy}", answer.busyMs.toFixed(0))
  }

  // What the first second has shown of the model.
  propose(told) {
    const { labels, settings } = this.data
    this.proposed = told && told.model !== settings.model ? told.model : null
    const order = this.data.models
    const slower = this.proposed && order.indexOf(this.proposed) < order.indexOf(settings.model)
    this.find(".proposal").textContent = this.proposed
      ? labels[slower ? "propose_lighter" : "propose_heavier"].replace("{model}", this.data.modelNames[this.proposed])
      : ""
    this.find(".take").hidden = !this.proposed
    this.root.dataset.measured = told ? settings.model : ""
  }

  say(words) {
    if (this.note.textContent !== words) this.note.textContent = words
  }

  redraw() {
    if (this.answer) this.drawing ??= requestAnimationFrame(() => this.draw())
    else this.drawNothing()
  }

  // Nobody yet: no skeleton, the empty floor, empty curves, no figures.
  drawNothing() {
    this.landmarks.people = 0
    this.overlay.draw(this.landmarks, 0, 0, [])
    this.body.draw(this.landmarks, 0, 0, [])
    this.curves.draw()
    this.readouts.clear()
  }

  viewTurned() {
    this.pressView()
    this.redraw()
  }

  pressView() {
    for (const button of this.find(".view-buttons").children)
      button.setAttribute("aria-pressed", String(button.dataset.view === this.body.view?.name))
  }

  // The page was hidden for so long that the camera has been let go.
  seenAgain() {
    if (document.visibilityState === "visible" && this.root.dataset.state === "problem" && this.idle) this.start()
    this.idle = document.visibilityState === "hidden"
  }

  off() {
    this.end()
    this.tell("off", this.data.labels.is_off)
  }

  // Everything that runs.
  end() {
    clearTimeout(this.timer)
    clearTimeout(this.staleTimer)
    this.attempt = null
    if (this.recording.open) this.socket?.leave()
    else this.socket?.close()
    this.socket = null
    this.source.close()
    this.answer = null
    this.curves.clear()
    this.recording.ended()
    this.drawNothing()
    this.propose(null)
    this.say("")
    this.find(".alarm").hidden = true
    this.find(".figures").textContent = ""
  }

  leave() {
    this.socket?.close() // a recording is kept; the page lists it when one comes back
    this.socket = null
    this.end()
    this.cues.stop()
    this.abort.abort()
    this.observer.disconnect()
  }
}
