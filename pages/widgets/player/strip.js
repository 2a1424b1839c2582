// Who is there when: a row for each person, in their colour where they were found. It is drawn from stretches, not from
// frames, so that ten minutes cost no more than a second.

const NAME_PX = 16
const BAR_PX = 9
const GAP_PX = 4
// On a phone a finger needs more room.
const GAP_OF_PHONE_PX = 12

class Strip {
  constructor(curves) {
    this.curves = curves
    this.top = 0
  }

  // Sets the rows' height: with names, or without.
  measure(landmarks, people) {
    this.nameHeight = people.areNamed(landmarks) ? NAME_PX : 0
    this.rowHeight = this.nameHeight + BAR_PX + (this.curves.root.clientWidth < 560 ? GAP_OF_PHONE_PX : GAP_PX)
    return landmarks.people * this.rowHeight
  }

  // The row at a height of the page; EVERYONE outside the strip.
  personAt(clientY) {
    const y = clientY - this.curves.root.getBoundingClientRect().top - this.top
    const row = Math.floor(y / this.rowHeight)
    return row >= 0 && row < (this.curves.landmarks?.people ?? 0) ? row : EVERYONE
  }

  draw(landmarks, shown, people, top) {
    const { context, colours, width } = this.curves
    this.top = top
    let stretches = 0
    for (let person = 0; person < landmarks.people; person++) {
      const y = top + person * this.rowHeight + this.nameHeight
      context.globalAlpha = 1
      context.setLineDash([])
      context.lineWidth = 1
      context.strokeStyle = colours.grid
      context.strokeRect(0.5, y + 0.5, width - 1, BAR_PX - 1)
      context.fillStyle = people.colour(person)
      context.globalAlpha = shown.includes(person) ? 1 : 0.35
      for (const [first, last] of landmarks.stretches[person]) {
        const from = this.curves.x(landmarks.time[first])
        const to = this.curves.x(landmarks.time[Math.min(last + 1, landmarks.count - 1)])
        context.fillRect(from, y + 1, Math.max(1, to - from), BAR_PX - 2)
        stretches++
      }
    }
    context.globalAlpha = 1
    this.curves.canvas.dataset.stretches = stretches
  }

  // The names stand over the bars, as text that can be read and searched.
  names(landmarks, shown, people, top) {
    if (!this.nameHeight) return []
    return [...Array(landmarks.people).keys()].map(person => {
      const name = element("div", "strip-name", people.name(person))
      name.style.top = `${top + person * this.rowHeight}px`
      name.style.lineHeight = `${this.nameHeight}px`
      name.classList.toggle("others", !shown.includes(person))
      return name
    })
  }
}
