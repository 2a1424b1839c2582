// The buttons under the picture. They say what is wanted; player.js does it.

const RATES = [0.25, 0.5, 1]
const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  back: "M6 5h2v14H6zM19 5v14L9 12z",
  forward: "M16 5h2v14h-2zM5 5v14l10-7z",
  loop: "M7 7h10v3l4-4-4-4v3H5v6h2V7zm10 10H7v-3l-4 4 4 4v-3h12v-6h-2v4z",
  loop_clear: "M18 7.4 16.6 6 12 10.6 7.4 6 6 7.4 10.6 12 6 16.6 7.4 18 12 13.4 16.6 18 18 16.6 13.4 12z",
}

class Controls {
  constructor(root, act) {
    this.root = root
    this.act = act
    this.time = root.querySelector(".time")
  }

  // Made anew when the words or the people change.
  build(data, count, people) {
    const { labels } = data
    const key = JSON.stringify([labels, count, data.canFollow, data.people])
    if (this.built === key) return
    this.built = key
    const group = (name, buttons) => {
      const place = this.root.querySelector(`.${name}`)
      place.setAttribute("role", "group")
      place.replaceChildren(...buttons)
      place.hidden = buttons.length === 0
      return place
    }
    group("transport", [
      this.button("back", "back", labels.back),
      this.button("play", "play", labels.play),
      this.button("forward", "forward", labels.forward),
    ])
    group(
      "rates",
      RATES.map(rate => this.button(`rate-${rate}`, null, `${labels.speed} ${rate}×`, `${rate}×`)),
    ).setAttribute("aria-label", labels.speed)
    group("loop", [
      this.button("loop", "loop", labels.loop),
      this.button("in", null, labels.loop_in, "["),
      this.button("out", null, labels.loop_out, "]"),
      this.button("clear", "loop_clear", labels.loop_clear),
    ])
    const several = count > 1
    const numbers = several ? [...Array(count).keys()] : []
    const who = numbers.map(each => {
      const button = this.button(`person-${each}`, null, people.name(each))
      const dot = element("span", "dot")
      dot.style.background = people.colour(each)
      button.append(dot, element("span", "name", people.name(each)))
      return button
    })
    if (several) who.push(this.button(`person-${EVERYONE}`, null, labels.everyone, labels.everyone))
    if (data.canFollow) who.push(this.button("follow", null, labels.follow_hint, labels.follow))
    group("people", who).setAttribute("aria-label", labels.person)
  }

  button(action, icon, label, words = "") {
    const button = element("button", "", words)
    button.type = "button"
    button.title = label
    button.dataset.action = action
    button.setAttribute("aria-label", label)
    if (icon) button.append(iconOf(icon))
    button.onclick = () => this.act(action)
    return button
  }

  show({ playing, rate, loop, stretch, person, following }, labels) {
    const play = this.find("play")
    const name = playing ? "pause" : "play"
    if (play.dataset.icon !== name) {
      play.replaceChildren(iconOf(name))
      play.dataset.icon = name
      play.title = labels[name]
      play.setAttribute("aria-label", labels[name])
    }
    for (const each of RATES) this.press(`rate-${each}`, each === rate)
    this.press("loop", loop)
    this.find("clear").disabled = !stretch
    this.press("follow", following)
    for (const button of this.root.querySelectorAll('[data-action^="person-"]'))
      button.setAttribute("aria-pressed", String(button.dataset.action === `person-${person}`))
  }

  press(action, pressed) {
    this.find(action)?.setAttribute("aria-pressed", String(pressed))
  }

  find(action) {
    return this.root.querySelector(`[data-action="${action}"]`)
  }

  showTime(seconds, total) {
    this.time.textContent = `${clockText(seconds)} / ${clockText(total)}`
  }
}

// The page says which body is measured and shown; the landmarks then come anew.
function showBodyButtons(place, { group, labels, hints, shown }, choose) {
  place.setAttribute("aria-label", group)
  place.replaceChildren(
    ...Object.entries(labels).map(([name, label]) => {
      const button = element("button", "", label)
      button.type = "button"
      button.title = hints[name]
      button.dataset.body = name
      button.setAttribute("aria-pressed", String(name === shown))
      button.onclick = () => choose(name)
      return button
    }),
  )
}

function iconOf(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("aria-hidden", "true")
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  path.setAttribute("d", ICONS[name])
  svg.append(path)
  return svg
}
