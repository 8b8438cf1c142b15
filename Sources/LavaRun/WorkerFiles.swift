// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Dispatcher
internal import Files
internal import JobModel
internal import YAMLDocument

/// The files that the worker gives a job, and everything found in them.
struct WorkerFiles {
  /// Largest file that is read.
  private static let sizeLimit = 16 << 20

  private(set) var job: Job?
  private(set) var device: Device?
  private(set) var dispatcher = DispatcherConfiguration()
  /// Nothing without an env-dut, and where its file is empty.
  private(set) var environment: EnvironmentChanges?
  private(set) var diagnostics = DiagnosticList()
  /// Whose error it is: the job's if its file has one, else the lab's. Nil where nothing is wrong.
  private(set) var failure: Failure?

  init(_ options: LavaRunOptions) {
    if let reading = reading(options.definition, .job) {
      job = Job(reading)
      reading.checkDefinitions()
      take(reading, .job)
    }
    if let reading = reading(options.device, .configuration) {
      device = Device(reading)
      take(reading, .configuration)
    }
    if let path = options.dispatcher, let reading = reading(path, .configuration) {
      dispatcher = DispatcherConfiguration(reading)
      take(reading, .configuration)
    }
    if let path = options.envDut, let reading = reading(path, .configuration) {
      // The server gives an empty file to devices that have no env-dut.
      environment = reading.document.root.value == .null ? nil : EnvironmentChanges(reading)
      take(reading, .configuration)
    }
    if failure == nil, let job, let device { add(job.findings(on: device), .job) }
  }

  /// Begins the reading of a file; what is wrong with it as YAML is kept.
  private mutating func reading(_ path: String, _ kind: Failure.Kind) -> Reading? {
    do throws(Failure) {
      let bytes = try FileSystem.read(path, limit: Self.sizeLimit)
      do throws(DiagnosticList) {
        return Reading(try YAMLDocument(parsing: bytes, file: path))
      } catch {
        add(error, kind)
      }
    } catch {
      failure = failure ?? error
    }
    return nil
  }

  private mutating func take(_ reading: Reading, _ kind: Failure.Kind) { add(reading.diagnostics, kind) }

  private mutating func add(_ list: DiagnosticList, _ kind: Failure.Kind) {
    diagnostics.add(contentsOf: list)
    guard failure == nil, let first = list.sorted().items.first(where: { $0.severity == .error }) else { return }
    failure = Failure(kind, first.code, first.message, advice: first.advice, place: first.place)
  }
}
