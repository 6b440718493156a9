// How a gradient in registers moves a weight. Included once for each instruction set.

// Moves the `count` weights at `at`, at most sixteen, along the gradient g. The rule's kind and whether there is a pull
// are known when this is compiled.
INLINE void take_step(fw_rule_kind kind, bool pulled, const fw_rule *rule, fw_state state, size_t at, lanes g,
                      size_t count) {
  bool whole = count == LANES;
#define LOAD(P) (whole ? load((P) + at) : load_part((P) + at, count))
#define STORE(P, X) (whole ? store((P) + at, X) : store_part((P) + at, X, count))
  if (pulled) {
    lanes distance = fma(spread(rule->pull_share), LOAD(state.weight), -LOAD(state.pull));
    g = fma(spread(rule->pull_rate), distance, g);
  }
  switch (kind) {
    case fw_rule_store:
      STORE(state.weight, g);
      return;
    case fw_rule_sgd:
      STORE(state.weight, LOAD(state.weight) - spread(rule->rate) * g);
      return;
    case fw_rule_momentum: {
      lanes velocity = fma(spread(rule->momentum), LOAD(state.first), g);
      STORE(state.first, velocity);
      STORE(state.weight, LOAD(state.weight) - spread(rule->rate) * velocity);
      return;
    }
    case fw_rule_adam: {
      lanes mean = fma(spread(rule->adam.beta1), LOAD(state.first), spread(rule->adam.rest1) * g);
      lanes square = fma(spread(rule->adam.beta2), LOAD(state.second), spread(rule->adam.rest2) * g * g);
      STORE(state.first, mean);
      STORE(state.second, square);
      lanes below = fma(__builtin_elementwise_sqrt(square), spread(rule->adam.scale), spread(rule->adam.epsilon));
      STORE(state.weight, LOAD(state.weight) - spread(rule->adam.step) * mean / below);
      return;
    }
  }
#undef LOAD
#undef STORE
}

INLINE void step_by(bool pulled, const fw_rule *rule, fw_state state, const float *gradient, size_t count) {
  size_t at = 0;
  for (; at + LANES <= count; at += LANES) take_step(rule->kind, pulled, rule, state, at, load(gradient + at), LANES);
  if (at < count) take_step(rule->kind, pulled, rule, state, at, load_part(gradient + at, count - at), count - at);
}

static void step(fw_rule rule, fw_state state, const float *gradient, size_t count) {
  if (state.pull) return step_by(true, &rule, state, gradient, count);
  step_by(false, &rule, state, gradient, count);
}
