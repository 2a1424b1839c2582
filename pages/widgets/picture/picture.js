// The overlay lies over the original and is cut off to the right of the slider. A click picks the nearest point.

const REACH_PX = 22

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

  const nearest = event => {
    const box = stage.getBoundingClientRect()
    const scale = box.width / data.width
    let best = null
    let bestDistance = REACH_PX
    for (const point of data.points) {
      const distance = Math.hypot(box.left + point.x * scale - event.clientX, box.top + point.y * scale - event.clientY)
      if (distance < bestDistance) {
        best = point
        bestDistance = distance
      }
    }
    return best
  }
  stage.onpointermove = event => {
    const point = nearest(event)
    stage.classList.toggle("near", point !== null)
    name.textContent = point?.label ?? ""
    if (point) {
      name.style.left = `${(100 * point.x) / data.width}%`
      name.style.top = `${(100 * point.y) / data.height}%`
    }
  }
  stage.onpointerleave = () => {
    name.textContent = ""
  }
  stage.onclick = event => {
    const point = nearest(event)
    if (point) setTriggerValue("pick", { landmark: point.landmark, person: point.person })
  }
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
