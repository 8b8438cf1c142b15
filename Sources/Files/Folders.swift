// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
import Glibc

extension FileSystem {
  /// Makes a folder and those above it, where they are missing.
  ///
  /// - Parameter mode: the permissions of each new folder, less the process's umask.
  package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(Failure) {
    guard !path.isEmpty else { throw .file("make folder", path, ENOENT) }
    if mkdir(path, mode) == 0 { return }
    switch errno {
    case EEXIST where kind(of: path) == .folder: return
    case EEXIST: throw .file("make folder", path, kind(of: path) == nil ? EEXIST : ENOTDIR)
    case ENOENT: break
    case let error: throw .file("make folder", path, error)
    }
    let parent = Paths.folder(of: path)
    guard parent != path else { throw .file("make folder", path, ENOENT) }
    try makeFolder(parent, mode: mode)
    // Somebody else may have made it meanwhile: that is as good.
    guard mkdir(path, mode) == 0 || (errno == EEXIST && kind(of: path) == .folder) else {
      throw .file("make folder", path, errno)
    }
  }

  /// The names in a folder, without `.` and `..`, in the order of their bytes. A name that is not UTF-8 is repaired,
  /// and then names no file.
  package static func entries(of path: String) throws(Failure) -> [String] {
    guard let folder = opendir(path) else { throw .file("list folder", path, errno) }
    defer { closedir(folder) }
    guard let names = entryNames(folder) else { throw .file("list folder", path, errno) }
    return names.map { $0.withUnsafeBufferPointer { String(cString: $0.baseAddress!) } }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Makes a folder that nobody else has, readable for this user only, in `parent` or in `$TMPDIR` or in `/tmp`.
  ///
  /// - Returns: its absolute path.
  package static func makeTemporaryFolder(prefix: String = "pumice", in parent: String? = nil) throws(Failure) -> String
  {
    let environment = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    let place = Paths.absolute(parent ?? environment ?? "/tmp")
    var template = Array(Paths.join(place, "\(prefix)-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw .file("make a temporary folder in", place, errno) }
    return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  /// Removes a file, or a folder with everything in it, without following a symbolic link. Nothing to remove is no
  /// error.
  ///
  /// Folders that this user owns but may not write to are opened up first. Uses one descriptor for each level of
  /// folders.
  package static func removeTree(_ path: String) throws(Failure) {
    var information = stat()
    if lstat(path, &information) != 0 {
      if errno == ENOENT { return }
      throw .file("remove", path, errno)
    }
    let trimmed = Array(path.utf8CString)
    if let error = remove(trimmed, in: AT_FDCWD, isFolder: FileKind(mode: information.st_mode) == .folder) {
      throw .file("remove", path, error)
    }
  }

  /// Removes one entry of an open folder. Names stay the bytes that they are, for they need not be UTF-8.
  ///
  /// - Returns: the `errno` of the first thing that failed; nil when it is gone.
  private static func remove(_ name: [CChar], in parent: Int32, isFolder: Bool) -> Int32? {
    guard isFolder else { return unlinkat(parent, name, 0) == 0 || errno == ENOENT ? nil : errno }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var number = openat(parent, name, flags)
    if number < 0, errno == EACCES, fchmodat(parent, name, 0o700, 0) == 0 { number = openat(parent, name, flags) }
    guard number >= 0 else { return errno == ENOENT ? nil : errno }
    guard let folder = fdopendir(number) else {
      let error = errno
      close(number)
      return error
    }
    let error = empty(folder)
    closedir(folder)
    if let error { return error }
    return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? nil : errno
  }

  /// Removes everything in an open folder.
  private static func empty(_ folder: OpaquePointer) -> Int32? {
    let number = dirfd(folder)
    var information = stat()
    guard fstat(number, &information) == 0 else { return errno }
    if information.st_mode & 0o700 != 0o700 { fchmod(number, 0o700) }
    guard let names = entryNames(folder) else { return errno }
    for name in names {
      guard fstatat(number, name, &information, AT_SYMLINK_NOFOLLOW) == 0 else {
        if errno == ENOENT { continue }
        return errno
      }
      if let error = remove(name, in: number, isFolder: FileKind(mode: information.st_mode) == .folder) { return error }
    }
    return nil
  }

  /// The names in an open folder, as null-terminated bytes; nil, with `errno` set, where reading fails.
  private static func entryNames(_ folder: OpaquePointer) -> [[CChar]]? {
    var names: [[CChar]] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else { return errno == 0 ? names : nil }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
      }
      if name != [46, 0], name != [46, 46, 0] { names.append(name) }
    }
  }
}
