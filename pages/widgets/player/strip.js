// Who is there when: a row for each person, in their colour where they were found. It is drawn from stretches, not from
// frames, so that ten minutes cost no more than a second.

const ROW_PX = 22
const ROW_OF_PHONE_PX = 30
const BAR_INSET_PX = 4

class Strip {
  constructor(curves) {
    this.curves = curves
    this.top = 0
  }

  get rowPx() {
    return this.curves.root.clientWidth < 560 ? ROW_OF_PHONE_PX : ROW_PX
  }

  height(landmarks) {
    return landmarks.people * this.rowPx
  }

  // The row at a height of the page; EVERYONE outside the strip.
  personAt(clientY) {
    const y = clientY - this.curves.root.getBoundingClientRect().top - this.top
    const row = Math.floor(y / this.rowPx)
    return row >= 0 && row < (this.curves.landmarks?.people ?? 0) ? row : EVERYONE
  }

  draw(landmarks, shown, people, top) {
    const { context, colours, width } = this.curves
    const bar = this.rowPx - 2 * BAR_INSET_PX
    this.top = top
    let stretches = 0
    for (let person = 0; person < landmarks.people; person++) {
      const y = top + person * this.rowPx + BAR_INSET_PX
      context.globalAlpha = 1
      context.setLineDash([])
      context.lineWidth = 1
      context.strokeStyle = colours.grid
      context.strokeRect(0.5, y + 0.5, width - 1, bar - 1)
      context.fillStyle = people.colour(person)
      context.globalAlpha = shown.includes(person) ? 1 : 0.35
      for (const [first, last] of landmarks.stretches[person]) {
        const from = this.curves.x(landmarks.time[first])
        const to = this.curves.x(landmarks.time[Math.min(last + 1, landmarks.count - 1)])
        context.fillRect(from, y + 1, Math.max(1, to - from), bar - 2)
        stretches++
      }
    }
    context.globalAlpha = 1
    this.curves.canvas.dataset.stretches = stretches
  }

  // The names lie over the bars, as text that can be read and searched.
  names(landmarks, shown, people, top) {
    if (!people.areNamed(landmarks)) return []
    return [...Array(landmarks.people).keys()].map(person => {
      const name = element("div", "strip-name", people.name(person))
      name.style.top = `${top + person * this.rowPx}px`
      name.style.lineHeight = `${this.rowPx}px`
      name.classList.toggle("others", !shown.includes(person))
      return name
    })
  }
}
