// The keyboard and the pointer: keys anywhere in the player (or on the page while nothing has the focus), dragging on the
// curves, a click on the picture.

const TURN_PER_KEY = 0.12

const KEYS = {
  " ": player => player.togglePlay(),
  ArrowLeft: player => player.step(-1),
  ArrowRight: player => player.step(1),
  Home: player => player.seek(player.data.part[0]),
  End: player => player.seek(player.data.part[1]),
  l: player => player.act("loop"),
  "[": player => player.act("in"),
  "]": player => player.act("out"),
}

function listenToKeys(player) {
  const onKey = event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !player.clock) return
    const target = event.composedPath()[0]
    const isButton = target.tagName === "BUTTON"
    if (event.key === " " && isButton) return
    if (event.shiftKey && target === player.body.canvas) {
      const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
      if (turn) player.body.turnBy(turn[0] * TURN_PER_KEY, turn[1] * TURN_PER_KEY)
      if (turn) event.preventDefault()
      return
    }
    const action = KEYS[event.key]
    if (!action) return
    event.preventDefault()
    event.stopPropagation()
    action(player)
  }
  const { signal } = player.abort
  player.root.addEventListener("keydown", onKey, { signal })
  window.addEventListener(
    "keydown",
    event => {
      if (document.activeElement === document.body) onKey(event)
    },
    { signal },
  )
}

function listenToPointer(player) {
  const { root } = player.curves
  root.onpointerdown = event => {
    if (event.button !== 0) return
    root.setPointerCapture(event.pointerId)
    const from = player.curves.secondsAt(event.clientX)
    player.dragging = { selecting: event.shiftKey, from }
    if (!event.shiftKey) player.seek(from)
  }
  root.onpointermove = event => {
    if (!player.dragging) return
    const here = player.curves.secondsAt(event.clientX)
    const { selecting, from } = player.dragging
    if (selecting) player.setStretch(Math.min(from, here), Math.max(from, here))
    else player.seek(here)
  }
  root.onpointerup = root.onpointercancel = () => {
    player.dragging = null
    player.render()
  }
  player.stage.onclick = event => {
    if (!player.following) return player.togglePlay()
    const box = player.stage.getBoundingClientRect()
    const { width, height } = player.data
    player.act("follow")
    player.clock.pause()
    player.send("follow", {
      time: player.time,
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    })
  }
  const { signal } = player.abort
  for (const name of ["play", "pause", "seeked"])
    player.video.addEventListener(name, () => player.settled(), { signal })
  player.video.addEventListener("ended", () => player.videoEnded(), { signal })
}
