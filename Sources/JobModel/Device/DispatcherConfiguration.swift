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
  /// `dispatcher_nfs_ip`: the same for root file systems that boards mount.
  package var nfsAddress: String?
  /// `nfs_directory`: a folder that an NFS server exports already, under its own path; Pumice's own key.
  package var nfsDirectory: String?
  /// `nfs_port` and `nfs_mount_port`: the ports of an NFS server that is started for a job; Pumice's own keys.
  package var nfsPorts: NFSPorts?
  /// `nbd_server_port`: the port of what offers block devices, where a job states none.
  package var nbdPort: Int?
  /// `prefix`: before the job's id in the names of the job's folders on the worker.
  package var prefix = ""
  /// `http_url_format_string`: the cache that downloads go through, with `%s` for the URL.
  package var httpURLFormat = ""
  /// `container_program`: what runs containers where the device does not say; Pumice's own key.
  package var containerProgram: String?
  /// `http_cache_include_rules`: patterns of the URLs that go through that cache; all do where there are none.
  package var cacheIncludes: [String] = []
  /// `http_cache_exclude_rules`: patterns of those that do not, whatever the others say.
  package var cacheExcludes: [String] = []
  /// `http_cache_fallback_origin_url`: whether a file that the cache does not give is fetched from where it is.
  package var fallsBackToOrigin = false

  /// The ports that NFS and its mount protocol are asked at.
  package struct NFSPorts: Sendable, Hashable {
    package var nfs: Int
    package var mount: Int
  }

  package init() {}

  /// Reads a dispatcher's file, which may be empty. What is wrong is in `reading.diagnostics`.
  package init(_ reading: Reading) {
    guard !reading.document.root.isNull,
      var top = MappingReader(reading.document.root, what: "the dispatcher's configuration", reading: reading)
    else { return }
    address = top.filledString("dispatcher_ip")
    httpAddress = top.filledString("dispatcher_http_ip")
    tftpAddress = top.filledString("dispatcher_tftp_ip")
    nfsAddress = top.filledString("dispatcher_nfs_ip")
    nfsDirectory = top.filledString("nfs_directory")
    let ports = (top.int("nfs_port", atLeast: 1), top.int("nfs_mount_port", atLeast: 1))
    if ports.0 != nil || ports.1 != nil { nfsPorts = NFSPorts(nfs: ports.0 ?? 2049, mount: ports.1 ?? 20048) }
    nbdPort = reading.portNumber(&top, "nbd_server_port")
    if let node = top.node("prefix") {
      // It becomes a part of a folder's name on the worker.
      prefix = reading.folderName(node, what: "'prefix'") ?? ""
    }
    httpURLFormat = top.string("http_url_format_string") ?? ""
    containerProgram = top.filledString("container_program")
    cacheIncludes = top.strings("http_cache_include_rules") ?? []
    cacheExcludes = top.strings("http_cache_exclude_rules") ?? []
    fallsBackToOrigin = top.bool("http_cache_fallback_origin_url") ?? false
    top.accept(
      "tftp_size_limit",
      "dispatcher_download_dir",
      "test_docker_bind_mounts",
      "rclone_path",
      "rclone_config"
    )
    top.close()
  }
}
