// The overlay lies over the original and is cut off to the right of the slider. A click picks the nearest point; of several
// people it also chooses the one who was clicked, and beside them everyone again.

const REACH_PX = 22
// While everyone is shown a click means the person, unless it hits a point: somebody small is nothing but points.
const REACH_OF_POINT_PX = 9
const EVERYONE = -1

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const stage = parentElement.querySelector(".stage")
  const overlay = parentElement.querySelector(".overlay")
  const slider = parentElement.querySelector(".compare input")
  const name = parentElement.querySelector(".name")

  stage.style.aspectRatio = `${data.width} / ${data.height}`
  // A tall picture is shown no higher than the screen allows.
  stage.style.maxWidth = `calc(min(62vh, 560px) * ${data.width / data.height})`
  setImage(parentElement.querySelector(".original"), data.original)
  setImage(overlay, data.overlay)
  overlay.alt = data.alt
  parentElement.querySelector(".original-label").textContent = data.originalLabel
  parentElement.querySelector(".overlay-label").textContent = data.overlayLabel
  slider.setAttribute("aria-label", data.compareLabel)

  const reveal = () => {
    overlay.style.clipPath = `inset(0 ${100 - Number(slider.value)}% 0 0)`
  }
  slider.oninput = reveal
  reveal()
  drawMarks(parentElement.querySelector(".marks"), data)

  const several = data.names.length > 1
  const nearest = event => {
    const box = stage.getBoundingClientRect()
    const scale = box.width / data.width
    let best = null
    let bestDistance = several && data.chosen === EVERYONE ? REACH_OF_POINT_PX : REACH_PX
    for (const point of data.points) {
      if (!point.shown) continue
      const distance = Math.hypot(box.left + point.x * scale - event.clientX, box.top + point.y * scale - event.clientY)
      if (distance < bestDistance) {
        best = point
        bestDistance = distance
      }
    }
    return best
  }
  const skeletons = data.names.map((_, person) => skeletonOf(data, person))
  const personAt = event => {
    const box = stage.getBoundingClientRect()
    const scale = box.width / data.width
    const at = { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale }
    let best = EVERYONE
    let bestDistance = REACH_PX / scale
    skeletons.forEach((bones, person) => {
      for (const [from, to] of bones) {
        const distance = distanceTo(at, from, to)
        if (distance < bestDistance) [best, bestDistance] = [person, distance]
      }
    })
    return best
  }
  stage.onpointermove = event => {
    const point = nearest(event)
    const person = !point && several ? personAt(event) : EVERYONE
    const others = person !== EVERYONE && person !== data.chosen
    stage.classList.toggle("near", point !== null || others)
    name.textContent = point?.label ?? (others ? data.names[person] : "")
    const box = stage.getBoundingClientRect()
    const [x, y] = point
      ? [point.x / data.width, point.y / data.height]
      : [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
    name.style.left = `${100 * x}%`
    name.style.top = `${100 * y}%`
  }
  stage.onpointerleave = () => {
    name.textContent = ""
  }
  stage.onclick = event => {
    const point = nearest(event)
    const person = point?.person ?? (several ? personAt(event) : EVERYONE)
    const choose = several && person !== data.chosen
    if (point || choose) setTriggerValue("pick", { landmark: point?.landmark ?? null, person, choose })
  }
}

// The lines that count as the person: the bones, and the diagonals of the trunk, which is wide.
function skeletonOf(data, person) {
  const own = []
  for (const point of data.points) if (point.person === person) own[point.landmark] = point
  const [leftShoulder, rightShoulder, leftHip, rightHip] = [11, 12, 23, 24]
  return [...data.bones, [leftShoulder, rightHip], [rightShoulder, leftHip]].map(([a, b]) => [own[a], own[b]])
}

function distanceTo(at, from, to) {
  const [x, y] = [to.x - from.x, to.y - from.y]
  const length = x * x + y * y || 1
  const share = Math.max(0, Math.min(1, ((at.x - from.x) * x + (at.y - from.y) * y) / length))
  return Math.hypot(at.x - from.x - share * x, at.y - from.y - share * y)
}

function setImage(image, source) {
  if (image.getAttribute("src") !== source) image.setAttribute("src", source)
}

function drawMarks(marks, data) {
  marks.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`)
  const radius = Math.max(data.width, data.height) * 0.016
  const chosen = data.points.filter(point =>
    data.selected.some(([person, landmark]) => person === point.person && landmark === point.landmark),
  )
  marks.replaceChildren(
    ...chosen.flatMap(point =>
      ["rim", "ring"].map(kind => {
        const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle")
        circle.setAttribute("class", kind)
        circle.setAttribute("cx", point.x)
        circle.setAttribute("cy", point.y)
        circle.setAttribute("r", radius)
        return circle
      }),
    ),
  )
}
