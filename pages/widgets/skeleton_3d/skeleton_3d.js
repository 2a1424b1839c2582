// Draws the figure with the plotly.js of this server and leaves the camera where the user has turned it.

let plotlyLoading = null

function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve(window.Plotly)
  plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = new URL(address, document.baseURI).href
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => {
      plotlyLoading = null
      reject(new Error(`${script.src} could not be loaded`))
    }
    document.head.append(script)
  })
  return plotlyLoading
}

// The view of each figure outlives its element, so that it is still there after a change of page.
const cameras = new Map()
const pressed = new Map()
const instances = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const plot = parentElement.querySelector(".posescope-3d-plot")
  const waiting = parentElement.querySelector(".posescope-3d-waiting")
  const views = parentElement.querySelector(".posescope-3d-views")

  plot.setAttribute("aria-label", data.alt)
  plot.style.aspectRatio = String(data.aspect)
  if (!instances.has(parentElement)) {
    waiting.textContent = data.waiting
    instances.set(parentElement, { drawn: false, observer: null })
  }
  const instance = instances.get(parentElement)
  // Set anew on every run: the one given to an earlier run may no longer reach Python.
  instance.pick = point => setTriggerValue("pick", point)
  instance.show = body => setTriggerValue("body", body)
  drawViewButtons(views, data, plot)
  drawBodyButtons(parentElement.querySelector(".posescope-3d-bodies"), data.bodies, instance)

  loadPlotly(data.plotly)
    .then(Plotly => draw(Plotly, plot, data, instance))
    .then(() => {
      waiting.textContent = ""
    })
    .catch(error => {
      waiting.textContent = String(error.message ?? error)
    })

  return () => {
    instance.observer?.disconnect()
    if (window.Plotly && instance.drawn) window.Plotly.purge(plot)
    instances.delete(parentElement)
  }
}

async function draw(Plotly, plot, data, instance) {
  const figure = JSON.parse(data.figure)
  await show(Plotly, plot, figure, cameras.get(data.key))
  if (instance.drawn) return
  instance.drawn = true
  plot.on("plotly_relayout", () => cameras.set(data.key, plot.layout.scene.camera))
  plot.on("plotly_click", event => {
    const point = event.points.find(each => each.customdata)
    if (point) instance.pick({ landmark: point.customdata[0], person: point.customdata[1] })
  })
  // Turning by hand makes it a free view.
  plot.addEventListener("pointerdown", () => press(plot, data.key, null))
  instance.observer = new ResizeObserver(() => {
    if (plot.clientWidth) Plotly.Plots.resize(plot)
  })
  instance.observer.observe(plot)
}

// A new revision makes plotly.js take the camera that is given instead of one it remembers. Only `react` changes between
// a view with and one without perspective; `relayout` leaves the scene empty.
let revision = 0

function show(Plotly, plot, figure, camera) {
  const scene = camera ? { ...figure.layout.scene, camera } : figure.layout.scene
  const layout = { ...figure.layout, scene, uirevision: ++revision }
  return Plotly.react(plot, figure.data, layout, { displayModeBar: false, responsive: false })
}

function drawViewButtons(views, data, plot) {
  views.setAttribute("aria-label", data.group)
  views.replaceChildren(
    ...Object.keys(data.views).map(name => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = data.labels[name]
      button.dataset.view = name
      button.onclick = async () => {
        if (!window.Plotly || !plot.layout) return
        const camera = structuredClone(data.views[name])
        cameras.set(data.key, camera)
        press(plot, data.key, name)
        await show(window.Plotly, plot, { data: plot.data, layout: plot.layout }, camera)
      }
      return button
    }),
  )
  press(plot, data.key, pressed.has(data.key) ? pressed.get(data.key) : "free")
}

// Which body is shown is the page's to say: the figure comes from there, and the view stays as it is.
function drawBodyButtons(place, bodies, instance) {
  place.setAttribute("aria-label", bodies.group)
  place.replaceChildren(
    ...Object.entries(bodies.labels).map(([name, label]) => {
      const button = document.createElement("button")
      button.type = "button"
      button.textContent = label
      button.title = bodies.hints[name]
      button.dataset.body = name
      button.setAttribute("aria-pressed", String(name === bodies.shown))
      button.onclick = () => instance.show(name)
      return button
    }),
  )
}

function press(plot, key, name) {
  pressed.set(key, name)
  for (const button of plot.parentElement.querySelectorAll(".posescope-3d-views button"))
    button.setAttribute("aria-pressed", String(button.dataset.view === name))
}
