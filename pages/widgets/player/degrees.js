// An angle in words, as core.rounding.number_text has it: no "-0°", a true minus sign, a dash for what is not known.
function degreesText(degrees) {
  return Number.isFinite(degrees) ? `${Math.round(degrees) || 0}°`.replace("-", "−") : "–"
}
