// SPDX-License-Identifier: Apache-2.0

import Diagnostics
import YAMLDocument

/// The worker's own configuration, `dispatcher.yaml`: what LAVA's server says of the machine that runs a job (spec jobs
/// §9). Keys of methods that are not supported yet are known and have no effect.
package struct DispatcherConfiguration: Sendable, Hashable {
  /// `dispatcher_ip`: the worker's address as boards see it.
  package var address: String?
  /// `dispatcher_http_ip`: the same for what boards fetch over HTTP.
  package var httpAddress: String?
  /// `dispatcher_tftp_ip`: the same for what boot loaders fetch by TFTP.
  package var tftpAddress: String?
  /// `prefix`: before the job's id in the names of the job's folders on the worker.
  package var prefix = ""
  /// `http_url_format_string`: the cache that downloads go through, with `%s` for the URL.
  package var httpURLFormat = ""

  package init() {}

  /// Reads a dispatcher's file, which may be empty. What is wrong is in `reading.diagnostics`.
  package init(_ reading: Reading) {
    guard !reading.document.root.isNull,
      var top = MappingReader(reading.document.root, what: "the dispatcher's configuration", reading: reading)
    else { return }
    address = top.filledString("dispatcher_ip")
    httpAddress = top.filledString("dispatcher_http_ip")
    tftpAddress = top.filledString("dispatcher_tftp_ip")
    if let node = top.node("prefix") {
      // It becomes a part of a folder's name on the worker.
      prefix = reading.folderName(node, what: "'prefix'") ?? ""
    }
    httpURLFormat = top.string("http_url_format_string") ?? ""
    top.accept(
      "dispatcher_nfs_ip",
      "tftp_size_limit",
      "nbd_server_port",
      "dispatcher_download_dir",
      "http_cache_include_rules",
      "http_cache_exclude_rules",
      "http_cache_fallback_origin_url",
      "test_docker_bind_mounts",
      "rclone_path",
      "rclone_config"
    )
    top.close()
  }
}
