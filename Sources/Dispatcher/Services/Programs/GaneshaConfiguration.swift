// SPDX-License-Identifier: Apache-2.0

import Diagnostics

/// What nfs-ganesha is told: one folder, for one board (ganesha-config(8) and its neighbours).
struct GaneshaConfiguration: Sendable, Equatable {
  /// The ports of a server; boards ask for the mount protocol's before they mount by version 3.
  struct Ports: Sendable, Hashable {
    var nfs: Int
    var mount: Int

    /// Those that a board takes without being told (RFC 3530 §1, and what is common).
    static let standard = Ports(nfs: 2049, mount: 20048)
  }

  /// The host's address that boards use.
  var address: String
  var ports: Ports
  /// Who may mount; everybody where it is empty.
  var clients: [String]
  /// The exported folder.
  var folder: String
  /// What boards call it.
  var path: String
  /// What the server remembers of its clients.
  var recovery: String

  /// - Throws: a configuration failure for what the file's format has no way to say.
  func text() throws(Failure) -> String {
    for word in [address, folder, path, recovery] + clients {
      guard !word.contains(where: { $0 == "\"" || $0 == "\\" || $0.isNewline }) else {
        throw Failure(
          .configuration,
          "nfs-name",
          "'\(word)' cannot be told to the NFS server: it has a quote, a backslash or a line break",
          advice: "Choose another output folder, or correct the address in the device file."
        )
      }
    }
    let access =
      clients.isEmpty
      ? "  Access_Type = RW;"
      : "  Access_Type = NONE;\n  CLIENT { Clients = \(clients.joined(separator: ", ")); Access_Type = RW; }"
    // A board that is switched off says no goodbye: nothing of it may be waited for. Folders are read anew each time, for
    // this host changes them as well.
    return """
      NFS_CORE_PARAM {
        Protocols = 3, 4;
        Bind_addr = \(address);
        NFS_Port = \(ports.nfs);
        MNT_Port = \(ports.mount);
        Enable_NLM = false;
        Enable_RQUOTA = false;
        Enable_UDP = true;
        Mount_Path_Pseudo = true;
      }
      NFSv4 {
        Graceless = true;
        RecoveryRoot = "\(recovery)";
        Only_Numeric_Owners = true;
        Minor_Versions = 0, 1, 2;
      }
      NFS_KRB5 { Active_krb5 = false; }
      MDCACHE { Entries_HWMark = 50000; Dir_Chunk = 0; }
      EXPORT {
        Export_Id = 1;
        Path = "\(folder)";
        Pseudo = "\(path)";
        Protocols = 3, 4;
        Transports = TCP, UDP;
        Squash = No_Root_Squash;
        Attr_Expiration_Time = 0;
        SecType = sys;
        FSAL { Name = VFS; }
      \(access)
      }
      LOG { Default_Log_Level = EVENT; }

      """
  }
}
