// Stacked bars of the breakdown, drawn in the page's own colours; the table below the chart holds the same figures.
(function () {
  "use strict";

  var PATTERNS = [1, 0.72, 0.46, 0.22];

  function colours() {
    var style = getComputedStyle(document.documentElement);
    function value(name) { return style.getPropertyValue(name).trim(); }
    return { ink: value("--ink"), quiet: value("--ink-2"), line: value("--line"), accent: value("--accent"), sheet: value("--sheet") };
  }

  function option(data) {
    var paint = colours();
    var font = getComputedStyle(document.body).fontFamily;
    var narrow = window.innerWidth < 640;
    return {
      animation: false,
      textStyle: { fontFamily: font, color: paint.ink },
      grid: { left: 8, right: 28, top: narrow ? 64 : 36, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: paint.quiet } },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, backgroundColor: paint.sheet, borderColor: paint.line, textStyle: { color: paint.ink } },
      xAxis: { type: "value", minInterval: 1, axisLabel: { color: paint.quiet }, splitLine: { lineStyle: { color: paint.line } } },
      yAxis: { type: "category", inverse: true, data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: paint.quiet } },
        axisLabel: { color: paint.ink, width: narrow ? 90 : 180, overflow: "truncate" } },
      series: data.series.map(function (series, place) {
        return { name: series.name, type: "bar", stack: "all", barMaxWidth: 22, data: series.data,
          itemStyle: { color: paint.accent, opacity: PATTERNS[place % PATTERNS.length], borderColor: paint.sheet, borderWidth: 1 } };
      }),
    };
  }

  function draw(box) {
    var data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    if (!data.labels.length) { box.hidden = true; return; }
    box.style.height = Math.max(160, 70 + data.labels.length * 34) + "px";
    var chart = window.echarts.init(box, null, { renderer: "canvas" });
    chart.setOption(option(data));
    window.addEventListener("resize", function () { chart.resize(); });
    new MutationObserver(function () { chart.setOption(option(data)); })
      .observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  }

  function start() { document.querySelectorAll("[data-chart]").forEach(draw); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
