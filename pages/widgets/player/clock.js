// What time it is: the video's own time of the frame on the screen, or a clock of our own where no video plays. All times
// are those of life; a video in slow motion takes `slower` times as long.

// Just behind a frame's beginning, so that rounding does not show the frame before.
const INSIDE_FRAME_S = 0.0006
const AT_THE_END_S = 0.004

class VideoClock {
  constructor(video, slower, onTime) {
    this.video = video
    this.slower = slower
    this.onTime = onTime
    this.time = 0
    this.offset = null // what the browser calls the first frame's time
    this.aim = null // where the last seek goes, until a frame from there is shown
    this.wanted = null
    this.there = 0 // since when the last seek has been done; frames from before may still be told of
    this.stopped = false
    this.abort = new AbortController()
    const on = (name, action) => video.addEventListener(name, action, { signal: this.abort.signal })
    on("seeked", () => this.arrived())
    if (video.requestVideoFrameCallback) {
      const shown = (_, frame) => {
        if (this.stopped) return
        video.requestVideoFrameCallback(shown)
        this.tell(frame.mediaTime, frame.presentationTime)
      }
      video.requestVideoFrameCallback(shown)
    } else {
      const look = () => {
        if (this.stopped) return
        requestAnimationFrame(look)
        if (video.readyState >= 2 && video.currentTime !== this.looked) this.tell((this.looked = video.currentTime), performance.now())
      }
      look()
    }
  }

  tell(mediaTime, presented) {
    this.offset ??= mediaTime
    this.time = (mediaTime - this.offset) / this.slower
    if (presented >= this.there) this.aim = null
    this.onTime(this.time)
  }

  get playing() {
    return !this.video.paused && !this.video.ended
  }

  play() {
    this.video.play().catch(() => {})
  }

  // A busy browser leaves frames out, and where it stops may lie beyond the frame that is on the screen: back to that one.
  pause() {
    if (!this.playing) return
    this.video.pause()
    this.seek(this.time)
  }

  set rate(rate) {
    this.video.playbackRate = rate
  }

  // While one seek is under way only the last wish after it is kept: dragging stays quick.
  seek(seconds) {
    this.aim = seconds
    this.there = Infinity
    if (this.video.seeking) {
      this.wanted = seconds
      return
    }
    this.wanted = null
    const last = Math.max(0, (this.video.duration || 0) - AT_THE_END_S)
    this.video.currentTime = Math.min(seconds * this.slower + (this.offset ?? 0) + INSIDE_FRAME_S, last)
  }

  arrived() {
    this.there = performance.now()
    if (this.wanted !== null) this.seek(this.wanted)
  }

  stop() {
    this.stopped = true
    this.abort.abort()
  }
}

class OwnClock {
  constructor(end, slower, onTime) {
    this.end = end
    this.slower = slower
    this.onTime = onTime
    this.time = 0
    this.rate = 1
    this.aim = null
    this.playing = false
  }

  play() {
    if (this.playing) return
    this.playing = true
    let before = performance.now()
    const step = now => {
      if (!this.playing) return
      this.time = Math.min(this.end, this.time + ((now - before) / 1000 / this.slower) * this.rate)
      before = now
      if (this.time >= this.end) this.playing = false
      else requestAnimationFrame(step)
      this.onTime(this.time)
    }
    requestAnimationFrame(step)
  }

  pause() {
    this.playing = false
  }

  seek(seconds) {
    this.time = Math.max(0, Math.min(seconds, this.end))
    this.onTime(this.time)
  }

  stop() {
    this.playing = false
  }
}

// Show the clip's video from now on. Until its first frame is there, and where none can be played, the clock is our own.
function openVideo(player) {
  const { data, note, root, video } = player
  player.videoAddress = data.video
  player.clockOf = data.clip
  player.clock?.stop()
  player.videoClock?.stop()
  player.videoClock = null
  player.clock = new OwnClock(data.part[1], data.slower, time => player.showTime(time))
  player.clock.time = player.time = Math.max(player.time, data.part[0])
  note.textContent = data.video ? "" : data.labels.no_video
  delete root.dataset.video
  if (!data.video) {
    video.onerror = null
    video.removeAttribute("src")
    video.load() // else the picture before stays
    return
  }
  const unplayable = () => {
    if (player.videoAddress !== data.video) return
    note.textContent = data.labels.no_video
    player.send("unplayable", data.video)
  }
  video.onerror = unplayable
  // A browser that knows the sound's codec only plays the sound.
  video.onloadedmetadata = () => {
    if (!video.videoWidth) unplayable()
  }
  player.videoClock = new VideoClock(video, data.slower, time => videoShows(player, time))
  video.src = new URL(data.video, document.baseURI).href
}

function videoShows(player, time) {
  if (player.clock !== player.videoClock) {
    // Its first frame: from now on the video says what time it is.
    const wanted = player.time
    player.clock.stop()
    player.clock = player.videoClock
    player.clock.rate = player.choice.rate
    player.root.dataset.video = "playable"
    if (wanted > 0.001) return player.clock.seek(wanted)
  }
  player.showTime(time)
}
