internal import FeatherCodecs
internal import FeatherDatasets
internal import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors

// What algorithms change of the plain loop, on the clients' side and in what counts how much.

extension Federation {
  /// The step size of local training in a round.
  private func learningRate(_ round: Int) -> Double {
    spec.training.learningRate * spec.training.schedule.factor(round, of: spec.federation.rounds)
  }

  /// How a client trains in a round: FedProx adds mu (w − global) to its gradients, SCAFFOLD c − c_i.
  func path(of client: Int, _ sent: SentModel, _ round: Int) -> LocalTraining.Path {
    var path = LocalTraining.Path()
    if spec.training.schedule != .constant { path.learningRate = Float(learningRate(round)) }
    if let variates, let server = sent.variate?.values {
      path.pull = GradientPull(shrink: 0, pull: variates.pull(of: client, from: server))
    } else if spec.federation.algorithm == .fedprox {
      path.pull = GradientPull(towards: sent.parameters, factor: Float(spec.federation.mu))
    }
    return path
  }

  /// How much a client's update counts.
  func weight(of client: Int) -> Double {
    switch spec.federation.weighting {
    case .samples: Double(partition.sampleCount(of: client))
    case .uniform: 1
    }
  }

  /// Steps of local training that a client makes in a round; the aggregator knows them from its samples.
  private func steps(samples: Int) -> Int {
    spec.training.stepsPerEpoch(samples) * spec.training.localEpochs
  }

  /// What an update is multiplied by so that clients of more steps do not count more (FedNova, arXiv:2007.07481, section 4); 1 for the
  /// client with the most samples, and in other algorithms.
  func stepScale(of client: Int) -> Double {
    guard spec.federation.algorithm == .fednova else { return 1 }
    return stepNorm(samples: partition.largestClient) / stepNorm(samples: partition.sampleCount(of: client))
  }

  /// ‖a‖₁: how far the gradients of a client's steps go together, in steps; with momentum rho, (τ − rho (1 − rho^τ) / (1 − rho)) / (1 − rho).
  private func stepNorm(samples: Int) -> Double {
    let (steps, momentum) = (steps(samples: samples), spec.training.momentum)
    guard momentum > 0 else { return Double(steps) }
    // The velocity after so many equal gradients, and what all velocities sum to.
    var (velocity, sum) = (0.0, 0.0)
    for _ in 0..<steps {
      velocity = momentum * velocity + 1
      sum += velocity
    }
    return sum
  }

  // MARK: Control variates

  /// What a client sends of its control variate after training: the change, through the codec where the spec says so.
  func variate(
    of client: Int, _ sent: SentModel, _ server: [Float], _ weights: [Float], _ occasion: Occasion,
    _ encoders: CodecSide<any UpdateEncoder>
  ) throws -> (payload: Payload, memory: CodecMemory) {
    let distance = Double(steps(samples: partition.sampleCount(of: client))) * learningRate(occasion.round)
    let change = ControlVariates.change(server: server, from: sent.parameters, to: weights, distance: distance)
    guard spec.federation.compressVariates else { return (try Payload(.floats, values: change), CodecMemory()) }
    var memory = variates?.encoderMemories[client] ?? CodecMemory()
    var occasion = occasion
    occasion.isVariate = true
    do {
      let encoding = try encoders.half(of: client).encode(change, &memory, at: occasion)
      return (try codec.payload(encoding), memory)
    } catch let error as CodecError {
      throw Divergence(
        reason: "client \(client)'s control variate cannot be encoded: \(error): lower \(encodingCulprit)")
    }
  }

  /// Both sides take what arrived of a client's control variate.
  mutating func takeVariate(of upload: Upload, _ round: Int, by server: Server) throws {
    guard let sent = upload.variate, var variates else { return }
    // Held in one place only while it changes.
    self.variates = nil
    defer { self.variates = variates }
    let payload = Wire.received(sent.payload)
    var memory = variates.decoderMemories[upload.client] ?? CodecMemory()
    let change: [Float]
    if spec.federation.compressVariates {
      var occasion = Occasion(seed: spec.seed, client: upload.client, round: round)
      occasion.isVariate = true
      do {
        change = try server.decodeVariate(payload, &memory, at: occasion)
      } catch let error as CodecError {
        throw Divergence(
          reason: "client \(upload.client)'s control variate cannot be decoded: \(error): lower \(encodingCulprit)")
      }
    } else {
      change = try payload.values(.floats, count: model.parameterCount)
    }
    try Divergence.check(vector: change, of: "client \(upload.client)'s control variate")
    variates.take(change, of: upload.client)
    variates.remember(encoder: sent.memory, decoder: memory, of: upload.client)
  }
}
