// What the player says: the names of its parts and buttons, the note over the picture, the moment in words.

function label(player) {
  const { labels, width, height } = player.data
  const { root } = player
  player.stage.style.aspectRatio = `${width} / ${height}`
  root.style.setProperty("--aspect", width / height)
  root.setAttribute("aria-label", labels.video)
  player.overlay.canvas.setAttribute("aria-label", labels.video)
  player.body.canvas.setAttribute("aria-label", labels.body)
  player.curves.root.setAttribute("aria-label", labels.curves)
  player.viewButtons.setAttribute("aria-label", labels.views)
  player.jointButtons.setAttribute("aria-label", labels.joints)
  root.querySelector(".keys").textContent = labels.keys
  root.querySelector(".hint").textContent = labels.choose
  player.viewButtons.replaceChildren(
    ...Object.keys(BODY_VIEWS).map(name => {
      const button = element("button", "", labels[`view_${name}`])
      button.type = "button"
      button.dataset.view = name
      button.onclick = () => player.body.setView(name)
      return button
    }),
  )
  pressView(player)
  showBodyButtons(root.querySelector(".which-body"), player.data.bodies, name => player.send("body", name))
  player.jointButtons.replaceChildren(
    ...player.data.joints.map(kind => {
      const button = element("button", "", kind.label)
      button.type = "button"
      button.dataset.joint = kind.name
      button.setAttribute("aria-pressed", String(player.choice.joints.has(kind.name)))
      button.onclick = () => player.toggleJoint(kind.name, button)
      return button
    }),
  )
}

function pressView(player) {
  for (const button of player.viewButtons.children)
    button.setAttribute("aria-pressed", String(button.dataset.view === player.body.view.name))
}

// Why there is no skeleton.
function tellNote(player, frame) {
  const { labels } = player.data
  const { landmarks, note, people } = player
  if (player.root.dataset.video !== "playable") return
  if (frame < 0) note.textContent = landmarks.complete ? "" : labels.not_yet
  else if (people.some(each => landmarks.found(frame, each))) note.textContent = ""
  else if (people.length !== 1 || landmarks.people < 2) note.textContent = labels.nobody
  else note.textContent = labels.missing.replace("{name}", () => player.who.name(people[0]))
}

// In words for screen readers, but not thirty times a second.
function describe(player, shown) {
  const now = performance.now()
  if (player.clock.playing && now - (player.described ?? 0) < 1000) return
  player.described = now
  const slider = player.curves.root
  slider.setAttribute("aria-valuemin", player.data.part[0].toFixed(2))
  slider.setAttribute("aria-valuemax", player.data.part[1].toFixed(2))
  slider.setAttribute("aria-valuenow", shown.toFixed(2))
  slider.setAttribute("aria-valuetext", `${clockText(shown)}, ${player.curves.words()}`)
}
