// Components, styles and page telemetry have no part in what is asked of StatBar, so the test spares the hundreds
// of packages behind them. Whatever is imported from here is a function that returns, and holds, more of its kind.
function nothing() {
  return new Proxy(function nothing() {}, {
    get: (target, key) => (typeof key === 'symbol' || key === 'prototype' ? target[key] : nothing()),
    apply: () => nothing(),
    construct: () => nothing(),
  });
}

module.exports = nothing();
