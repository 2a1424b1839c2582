// The linked player: one moment, shown by the video, the skeleton over it, the body in 3D and the cursor in the curves.
// What is shown follows the frame that the video shows, never the other way round.

const players = new WeakMap()
// What the user has chosen outlives the element, so that it is still there after a change of page.
const choices = new Map()

export default function (component) {
  const { parentElement } = component
  if (!players.has(parentElement)) players.set(parentElement, new Player(parentElement))
  const player = players.get(parentElement)
  player.update(component)
  return () => {
    player.stop()
    players.delete(parentElement)
  }
}

class Player {
  constructor(parent) {
    const find = selector => parent.querySelector(selector)
    this.root = find(".player")
    this.stage = find(".stage")
    this.video = find("video")
    this.note = find(".note")
    this.viewButtons = find(".view-buttons")
    this.jointButtons = find(".joints")
    this.time = 0
    this.drawn = 0
    this.overlay = new Overlay(find(".overlay"))
    this.body = new Body(find(".body"), () => this.viewTurned())
    this.curves = new Curves(find(".curves"))
    this.who = new People()
    this.controls = new Controls(find(".controls"), action => this.act(action))
    this.abort = new AbortController()
    this.observer = new ResizeObserver(() => this.redraw())
    this.observer.observe(this.root)
    listenToKeys(this)
    listenToPointer(this)
  }

  stop() {
    this.abort.abort()
    this.observer.disconnect()
    this.clock?.stop()
    this.videoClock?.stop()
    this.landmarks?.stop()
    this.video.removeAttribute("src")
    this.video.load()
  }

  // New data, new words or a new theme.
  update({ data, setTriggerValue }) {
    this.send = setTriggerValue
    this.data = data
    this.choice = choices.get(data.key) ?? {
      clip: data.clip,
      rate: 1,
      loop: false,
      stretch: null,
      person: data.person,
      joints: new Set(data.firstJoints),
    }
    choices.set(data.key, this.choice)
    if (this.choice.clip !== data.clip) this.beginAnew()
    else if (this.slower !== data.slower) this.countAnew(data.slower)
    this.slower = data.slower
    this.hear(data.person)
    this.colours = this.readColours()
    this.who.configure(data, this.colours)
    this.overlay.configure(data, this.who)
    this.body.configure(data, this.colours, this.who)
    this.curves.configure(data, this.colours, this.who)
    label(this)
    if (this.landmarksAddress !== data.landmarks) this.openLandmarks()
    if (this.videoAddress !== data.video || this.clockOf !== data.clip) openVideo(this)
    this.redraw()
  }

  // Another clip: what was said of the one before does not hold for it. Speed and joints are a matter of taste and stay.
  beginAnew() {
    const { clip, part } = this.data
    Object.assign(this.choice, { clip, stretch: null, loop: false })
    this.told = null
    this.following = false
    this.stage.classList.remove("following")
    this.time = part[0]
  }

  // Another slowness: the same picture is at another time of life now.
  countAnew(slower) {
    const factor = (this.slower ?? slower) / slower
    this.time *= factor
    const { stretch } = this.choice
    if (stretch) this.choice.stretch = stretch.map(time => time * factor)
    for (const clock of new Set([this.clock, this.videoClock])) {
      if (!clock) continue
      clock.slower = slower
      clock.time *= factor
      if (clock.end) clock.end = this.data.part[1]
    }
  }

  readColours() {
    const style = getComputedStyle(this.root)
    const value = name => style.getPropertyValue(name).trim()
    return {
      faint: value("--player-faint"),
      grid: value("--st-border-color"),
      ground: value("--st-background-color"),
      font: value("--st-font") || "sans-serif",
    }
  }

  openLandmarks() {
    this.landmarks?.stop()
    const address = new URL(this.data.landmarks, document.baseURI).href
    const angles = this.data.joints.flatMap(kind => kind.sides).length
    this.landmarks = new Landmarks(address, angles, () => this.grown())
    this.landmarksAddress = this.data.landmarks
    const [from, to] = this.data.part
    const { stretch } = this.choice
    if (stretch && (stretch[0] < from || stretch[1] > to)) this.choice.stretch = null
    if (this.clockOf === this.data.clip && (this.time < from || this.time > to)) this.seek(from)
  }

  showTime(time) {
    this.time = time
    this.keepInside()
    this.render()
  }

  // At the end of the stretch or of the part: round again, or stop.
  keepInside() {
    if (!this.clock.playing) return
    const [from, to] = (this.choice.loop && this.choice.stretch) || this.data.part
    const over = this.time >= to || (!this.choice.stretch && this.time >= this.lastFrameTime())
    if (!over) return
    if (this.choice.loop) this.again(from)
    else this.clock.pause()
  }

  again(from) {
    this.clock.seek(from)
    this.clock.play()
  }

  // The video has come to its own end.
  videoEnded() {
    if (this.choice.loop) this.again((this.choice.stretch ?? this.data.part)[0])
    else this.settled()
  }

  // It plays, has stopped or has got somewhere: also where no new frame is shown for that.
  settled() {
    if (this.landmarks && this.clock && !this.video.seeking) this.render()
  }

  lastFrameTime() {
    return this.landmarks.complete && this.landmarks.count ? this.landmarks.time[this.landmarks.count - 1] : Infinity
  }

  get people() {
    const all = [...Array(this.landmarks.people).keys()]
    return all.includes(this.choice.person) ? [this.choice.person] : all
  }

  // Whom the overlay and the body show: of everyone those who are sure finds.
  get drawnPeople() {
    const { people } = this
    return people.length < this.landmarks.people ? people : people.filter(person => !this.data.unsure.includes(person))
  }

  // It is drawn at once; the page is told, and its tables and charts follow.
  choose(person) {
    this.choice.person = person
    this.told = { person, at: performance.now() }
    this.redraw()
    this.send("person", { person })
  }

  // The page says who is chosen there. While it has not answered what was said last, that counts.
  hear(person) {
    if (this.told && this.told.person !== person && performance.now() - this.told.at < ANSWER_MS) return
    this.told = null
    this.choice.person = person
  }

  personAt(x, y) {
    if (!this.landmarks || this.landmarks.people < 2) return EVERYONE
    const { landmarks, time, data } = this
    const frame = landmarks.frameAt(time)
    const reach = (REACH_PX * data.width) / Math.max(1, this.stage.clientWidth)
    return personAt(landmarks, frame, landmarks.shareAt(frame, time), data.skeleton.bones, [x, y], reach)
  }

  grown() {
    this.body.measure(this.landmarks)
    this.redraw()
  }

  redraw() {
    if (!this.landmarks || !this.clock) return
    this.controls.build(this.data, this.landmarks.people, this.who)
    this.root.querySelector(".hint").hidden = this.landmarks.people < 2
    this.curves.draw(this.landmarks, this.people, this.choice.joints)
    this.showStretch()
    this.root.dataset.frames = this.landmarks.count
    this.root.dataset.complete = this.landmarks.complete
    this.root.dataset.person = this.choice.person
    this.root.dataset.clip = this.data.clip
    this.render()
  }

  render() {
    const { landmarks, time } = this
    const frame = landmarks.frameAt(time)
    const share = landmarks.shareAt(frame, time)
    this.overlay.draw(landmarks, frame, share, this.drawnPeople)
    this.body.draw(landmarks, frame, share, this.drawnPeople)
    const shown = frame < 0 ? time : share > 0 ? time : landmarks.time[frame]
    if (!this.dragging) this.curves.moveCursor(shown, frame)
    this.controls.showTime(shown, this.data.part[1])
    this.controls.show({ ...this.choice, playing: this.clock.playing, following: this.following }, this.data.labels)
    tellNote(this, frame)
    this.drawn++
    Object.assign(this.root.dataset, { frame, time: shown, playing: this.clock.playing, drawn: this.drawn })
    describe(this, shown)
  }

  seek(seconds) {
    const [from, to] = this.data.part
    const target = Math.max(from, Math.min(seconds, Math.min(to, this.lastFrameTime())))
    this.curves.moveCursor(target, this.landmarks.frameAt(target))
    this.clock.seek(target)
  }

  // What has been asked for counts, even if the video has not got there yet.
  get moment() {
    return this.clock.aim ?? this.time
  }

  // By the recording's own frame times.
  step(by) {
    this.clock.pause()
    const at = this.landmarks.indexAt(this.moment)
    const frame = Math.max(0, Math.min(this.landmarks.count - 1, at + by))
    if (this.landmarks.count) this.seek(this.landmarks.time[frame])
  }

  togglePlay() {
    if (this.clock.playing) {
      this.clock.pause()
    } else {
      const [from, to] = (this.choice.loop && this.choice.stretch) || this.data.part
      if (this.time < from || this.time >= Math.min(to, this.lastFrameTime()) - SAME_MOMENT_S) this.clock.seek(from)
      this.clock.rate = this.choice.rate
      this.clock.play()
    }
    this.render()
  }

  act(action) {
    const [name, value] = action.split(/-(.*)/)
    if (name === "play") this.togglePlay()
    else if (name === "back") this.step(-1)
    else if (name === "forward") this.step(1)
    else if (name === "rate") this.clock.rate = this.choice.rate = Number(value)
    else if (name === "loop") this.choice.loop = !this.choice.loop
    else if (name === "in") this.setStretch(this.moment, this.choice.stretch?.[1] ?? this.data.part[1])
    else if (name === "out") this.setStretch(this.choice.stretch?.[0] ?? this.data.part[0], this.moment)
    else if (name === "clear") this.setStretch(0, 0)
    else if (name === "follow") this.following = !this.following
    else if (name === "person") return this.choose(Number(value))
    this.stage.classList.toggle("following", Boolean(this.following))
    this.render()
  }

  setStretch(from, to) {
    this.choice.stretch = to > from ? [from, to] : null
    if (this.choice.stretch) this.choice.loop = true
    this.showStretch()
  }

  showStretch() {
    this.curves.showStretch(this.choice.stretch)
    this.root.dataset.stretch = this.choice.stretch?.join(" ") ?? ""
  }

  toggleJoint(name, button) {
    const { joints } = this.choice
    if (!joints.delete(name)) joints.add(name)
    button.setAttribute("aria-pressed", String(joints.has(name)))
    this.redraw()
  }

  viewTurned() {
    pressView(this)
    if (this.clock) this.render()
  }
}
