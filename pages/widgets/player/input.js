// The keyboard and the pointer: keys anywhere in the player (or on the page while nothing has the focus), dragging on the
// curves, a click on the picture or on somebody's row of the strip.

const TURN_PER_KEY = 0.12
// A finger that has moved no further has clicked.
const CLICK_PX = 5

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

// On somebody: they are studied. Beside them: everyone again. Where nothing is to be chosen: play or pause.
function clickPicture(player, person) {
  if (player.landmarks.people > 1 && person !== player.choice.person) player.choose(person)
  else player.togglePlay()
}

function placeInPicture(player, event) {
  const box = player.stage.getBoundingClientRect()
  const { width, height } = player.data
  return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height]
}

function listenToPointer(player) {
  const { root } = player.curves
  root.onpointerdown = event => {
    if (event.button !== 0) return
    root.setPointerCapture(event.pointerId)
    const from = player.curves.secondsAt(event.clientX)
    const row = player.landmarks?.people > 1 ? player.curves.strip.personAt(event.clientY) : EVERYONE
    player.dragging = { selecting: event.shiftKey, from, x: event.clientX, row }
    if (!event.shiftKey) player.seek(from)
  }
  root.onpointermove = event => {
    if (!player.dragging) return
    const here = player.curves.secondsAt(event.clientX)
    const { selecting, from, x } = player.dragging
    if (Math.abs(event.clientX - x) > CLICK_PX) player.dragging.row = EVERYONE
    if (selecting) player.setStretch(Math.min(from, here), Math.max(from, here))
    else player.seek(here)
  }
  root.onpointerup = root.onpointercancel = event => {
    const row = event.type === "pointerup" ? (player.dragging?.row ?? EVERYONE) : EVERYONE
    player.dragging = null
    if (row === EVERYONE) player.render()
    else player.choose(row)
  }
  player.stage.onclick = event => {
    const [x, y] = placeInPicture(player, event)
    if (!player.following) return clickPicture(player, player.personAt(x, y))
    player.act("follow")
    player.clock.pause()
    player.send("follow", { time: player.time, x, y })
  }
  player.stage.onpointermove = event => {
    const person = player.personAt(...placeInPicture(player, event))
    player.stage.title = person === EVERYONE ? "" : player.who.name(person)
  }
  const { signal } = player.abort
  for (const name of ["play", "pause", "seeked"])
    player.video.addEventListener(name, () => player.settled(), { signal })
  player.video.addEventListener("ended", () => player.videoEnded(), { signal })
}
