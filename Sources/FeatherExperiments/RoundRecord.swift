/// One round: evaluation of the new global model, and what every participant sent.
public struct RoundRecord: Sendable {
  /// The round's number, from 0.
  public var round: Int
  /// Share of test samples classified correctly by the new global model, 0…1.
  public var testAccuracy: Double
  /// Mean cross-entropy of the new global model on the test samples, nats.
  public var testLoss: Double
  /// Bytes from clients to aggregator in this round.
  public var bytesUp: Int
  /// Bytes from aggregator to clients in this round.
  public var bytesDown: Int
  /// The participants that uploaded, in ascending order of client number.
  public var uploads: [UploadRecord]
  /// Participants that received the model and were gone before they uploaded.
  public var dropped: Int
  /// The new global model on parts of the test samples or views of them; empty where the data set has none.
  public var subsets: [SubsetScore]

  /// Clients that received the model.
  public var participants: Int { uploads.count + dropped }

  /// A round.
  public init(
    round: Int, testAccuracy: Double, testLoss: Double, bytesUp: Int, bytesDown: Int, uploads: [UploadRecord],
    dropped: Int = 0, subsets: [SubsetScore] = []
  ) {
    self.round = round
    self.testAccuracy = testAccuracy
    self.testLoss = testLoss
    self.bytesUp = bytesUp
    self.bytesDown = bytesDown
    self.uploads = uploads
    self.dropped = dropped
    self.subsets = subsets
  }
}

/// A model's score on a part of the test samples, or on a view of them.
public struct SubsetScore: Hashable, Sendable {
  /// Which, such as `colour` or `grey`.
  public var name: String
  /// Share classified correctly, 0…1.
  public var accuracy: Double
  /// Mean cross-entropy, nats.
  public var loss: Double

  /// A score.
  public init(name: String, accuracy: Double, loss: Double) {
    self.name = name
    self.accuracy = accuracy
    self.loss = loss
  }
}

/// What one participant of a round sent and how well it survived the codec.
public struct UploadRecord: Sendable {
  /// The client's number.
  public var client: Int
  /// Mean training loss over the round's last local epoch, nats.
  public var trainLoss: Double
  /// Bytes of the payload, header included.
  public var bytes: Int
  /// ‖decoded − sent‖ / ‖sent‖ of the update: weights or difference, whichever the codec encodes.
  public var relativeError: Double
  /// Mean squared error per element of the decoded update.
  public var meanSquaredError: Double
  /// The latent, shape [K]; nil when the codec has none or it is not kept.
  public var latent: [Float]?
  /// Test accuracy of the client's model after each local epoch, 0…1; empty unless `federation.evaluateEachEpoch` asks.
  public var epochAccuracy: [Double]
  /// Test loss of the client's model after each local epoch, nats; empty unless asked.
  public var epochLoss: [Double]

  /// An upload.
  public init(
    client: Int, trainLoss: Double, bytes: Int, relativeError: Double, meanSquaredError: Double, latent: [Float]?,
    epochAccuracy: [Double] = [], epochLoss: [Double] = []
  ) {
    self.client = client
    self.trainLoss = trainLoss
    self.bytes = bytes
    self.relativeError = relativeError
    self.meanSquaredError = meanSquaredError
    self.latent = latent
    self.epochAccuracy = epochAccuracy
    self.epochLoss = epochLoss
  }
}
