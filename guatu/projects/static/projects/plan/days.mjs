// Days and the scale of time: pure, no page. A day is the number of whole days since 1970-01-01.
const DAY_MS = 86400000;

export const ZOOMS = ["quarter", "month", "week", "day"];
// Pixels a day takes at each zoom.
export const PIXELS = { quarter: 1.15, month: 3.2, week: 9, day: 26 };

export function dayNumber(iso) {
  if (!iso) return null;
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return Math.round(Date.UTC(year, month - 1, day) / DAY_MS);
}

export function isoDay(number) {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

export function weekday(number) {
  // 1970-01-01 was a Thursday; Monday is 0.
  return (((number + 3) % 7) + 7) % 7;
}

function parts(number) {
  const date = new Date(number * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
}

function firstOf(year, month) {
  return Math.round(Date.UTC(year, month, 1) / DAY_MS);
}

export class Scale {
  // `first` and `last` are the days at the two ends, both shown whole.
  constructor(first, last, pixels) {
    this.first = first;
    this.last = Math.max(last, first);
    this.pixels = pixels;
  }

  x(day) {
    return (day - this.first) * this.pixels;
  }

  day(x) {
    return this.first + Math.floor(x / this.pixels);
  }

  get width() {
    return (this.last - this.first + 1) * this.pixels;
  }
}

// The kind of ticks that fits so many pixels a day: coarse and fine.
export function tickKinds(pixels) {
  if (pixels >= 16) return ["month", "day"];
  if (pixels >= 5) return ["month", "week"];
  if (pixels >= 1.9) return ["year", "month"];
  return ["year", "quarter"];
}

function starts(kind, from, to) {
  const found = [];
  if (kind === "day") {
    for (let day = from; day <= to; day += 1) found.push(day);
    return found;
  }
  if (kind === "week") {
    for (let day = from - weekday(from); day <= to; day += 7) found.push(day);
    return found;
  }
  const step = { month: 1, quarter: 3, year: 12 }[kind];
  const begin = parts(from);
  let month = Math.floor(begin.month / step) * step;
  let year = begin.year;
  for (let day = firstOf(year, month); day <= to; day = firstOf(year, month)) {
    found.push(day);
    month += step;
    if (month > 11) {
      month -= 12;
      year += 1;
    }
  }
  return found;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// What a tick is called; `coarse` ticks carry their year.
export function tickLabel(kind, day, chinese, coarse) {
  const { year, month, day: date } = parts(day);
  if (kind === "day") return String(date);
  if (kind === "week") return `${month + 1}/${date}`;
  if (kind === "year") return chinese ? `${year}年` : String(year);
  if (kind === "quarter") return chinese ? `${Math.floor(month / 3) + 1}季度` : `Q${Math.floor(month / 3) + 1}`;
  if (chinese) return coarse ? `${year}年${month + 1}月` : `${month + 1}月`;
  return coarse ? `${MONTHS[month]} ${year}` : MONTHS[month];
}

// The ticks that touch the days from `from` to `to`: {day, next, label} of the coarse and of the fine line.
export function ticks(scale, from, to, chinese) {
  const [coarse, fine] = tickKinds(scale.pixels);
  const line = (kind, isCoarse) => {
    const days = starts(kind, from, to);
    const beyond = starts(kind, days[days.length - 1] ?? from, to + 400)[1] ?? to + 1;
    return days.map((day, place) => ({ day, next: days[place + 1] ?? beyond, label: tickLabel(kind, day, chinese, isCoarse) }));
  };
  return { coarse: line(coarse, true), fine: line(fine, false), fineKind: fine };
}

// The days worked from `start` to `finish`, both counted; `idle` is a Set of day numbers.
export function workdays(start, finish, idle) {
  let count = 0;
  for (let day = start; day <= finish; day += 1) if (!idle.has(day)) count += 1;
  return count;
}

// Runs of idle days within [from, to] as [first, last], so that a weekend is one rectangle.
export function idleRuns(idle, from, to) {
  const runs = [];
  for (let day = from; day <= to; day += 1) {
    if (!idle.has(day)) continue;
    const last = runs[runs.length - 1];
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}
