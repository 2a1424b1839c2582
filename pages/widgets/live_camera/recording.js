// The round button: a countdown, then the recording, which the server makes; Stop ends it.

class RecordingControls {
  constructor(root, { countdown, badge }, act) {
    this.record = root.querySelector(".record")
    this.stop = root.querySelector(".stop")
    this.check = root.querySelector(".check")
    this.withVideo = root.querySelector(".with-video")
    this.countdown = countdown
    this.badge = badge
    this.act = act
    this.state = "idle" // idle, counting, asked, running, ending
    this.frames = 0
    this.record.onclick = () => this.begin()
    this.stop.onclick = () => this.end()
  }

  configure(data, cues) {
    const { labels } = data
    this.data = data
    this.cues = cues
    this.record.querySelector(".words").textContent = labels.record
    this.check.querySelector("span").textContent = labels.with_video
    this.check.title = labels.with_video_help
    this.show()
  }

  begin() {
    this.cues.wake()
    if (this.state !== "idle") return
    this.left = this.data.countdown
    this.state = "counting"
    this.tick()
  }

  tick() {
    if (this.state !== "counting") return
    if (this.left > 0) {
      this.cues.countdown(this.left)
      this.left -= 1
      this.timer = setTimeout(() => this.tick(), 1000)
    } else {
      this.state = "asked"
      this.act.record(this.withVideo.checked)
    }
    this.show()
  }

  end() {
    clearTimeout(this.timer)
    if (this.state === "counting") this.state = "idle"
    else if (this.state === "running" || this.state === "asked") {
      this.state = "ending"
      this.act.stop()
    }
    this.show()
  }

  // Whether the server has been asked to record and has not told of the end yet.
  get open() {
    return ["asked", "running", "ending"].includes(this.state)
  }

  // It was stopped before it had begun.
  notBegun() {
    if (this.state === "ending") this.ended()
  }

  // The server has begun.
  begun() {
    this.state = "running"
    this.frames = 0
    this.firstMs = this.lastMs = 0
    this.cues.begins()
    this.show()
  }

  // It has ended, for whatever reason.
  ended() {
    clearTimeout(this.timer)
    this.state = "idle"
    this.show()
  }

  take(answer) {
    if (!answer.isRecorded) return
    if (!this.firstMs) this.firstMs = answer.takenMs
    this.lastMs = answer.takenMs
    this.frames = answer.recorded
    this.showBadge()
  }

  show() {
    const { labels } = this.data
    const recording = this.state !== "idle"
    this.record.hidden = recording
    this.stop.hidden = !recording
    this.stop.disabled = this.state === "ending"
    this.stop.querySelector(".words").textContent = {
      counting: labels.cancel,
      ending: labels.ending,
    }[this.state] ?? labels.stop
    this.withVideo.disabled = recording
    this.countdown.hidden = this.state !== "counting"
    this.countdown.textContent = this.state === "counting" ? this.left + 1 : ""
    this.showBadge()
  }

  showBadge() {
    this.badge.hidden = this.state !== "running"
    if (this.badge.hidden) return
    const seconds = Math.max(0, (this.lastMs - this.firstMs) / 1000)
    const time = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`
    this.badge.textContent = `${this.data.labels.recording} ${time}`
  }

  set enabled(enabled) {
    this.record.disabled = !enabled
  }
}
