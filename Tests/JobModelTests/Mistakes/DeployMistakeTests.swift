// SPDX-License-Identifier: Apache-2.0

import Testing

/// Mistakes in `deploy` actions.
@Suite struct DeployMistakeTests {
  @Test(arguments: deploy + boards) func mistake(_ mistake: Mistake) throws {
    #expect(try jobFindings(mistake.text(from: goodJob)) == mistake.findings)
  }

  private static let targets =
    "one of: docker, download, downloads, fastboot, nbd, nfs, overlay, sata, sd, ssh, tftp, tmpfs, usb"
  private static let imagesText =
    "to: tmpfs\n    images:\n      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n"

  private static let deploy = [
    Mistake(
      "to: tmpfs",
      "to: tmpsf",
      "10:9 error unknown-value: 'tmpsf' is not a known value of 'to' in the deploy action"
        + " | expected \(targets) | meant tmpfs"
    ),
    Mistake(
      "to: tmpfs",
      "to: recovery",
      "10:9 warning not-supported: 'to: recovery' is a method of LAVA that Pumice does not support:"
        + " 'plan' and 'run' refuse it"
    ),
    Mistake(
      "    to: tmpfs\n",
      "",
      "9:3 error missing-key: the deploy action needs 'to' | expected \(targets)"
    ),
    Mistake(
      "to: tmpfs",
      "too: tmpfs",
      "10:5 error unknown-key: unknown key 'too' in the deploy action, which needs 'to' | meant to"
    ),
    Mistake(
      "to: tmpfs",
      "to:",
      "10:5 error missing-value: 'to' of the deploy action has no value | expected \(targets)"
    ),
    Mistake(
      "to: tmpfs",
      "to: tmpfs\n    distro: debian",
      "11:5 warning unknown-key: unknown key 'distro' in the deploy action: it has no effect"
        + " | expected one of: authorize, os, uefi"
    ),
    Mistake(
      "images:\n      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "images: {}\n",
      "11:13 error no-images: 'images' of the deploy action is empty"
        + " | expected at least one image: LABEL: {url: …, image_arg: …}"
    ),
    // The form of V1-era documents.
    Mistake(
      "images:\n      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "image: rootfs.img\n    compression: gz\n    root_partition: 1\n",
      "11:5 note old-key: 'image' of the deploy action is a key of older versions of LAVA"
    ),
    Mistake(
      "images:\n      rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "image: {url: rootfs.img}\n",
      "11:5 note old-key: 'image' of the deploy action is a key of older versions of LAVA",
      "11:12 error wrong-type: 'image' cannot be a mapping | expected a text"
    ),
    Mistake(
      "images:\n      rootfs:\n",
      "images:\n      1:\n",
      "12:7 error wrong-type: a key of 'images' of the deploy action cannot be the number '1' | expected a text"
    ),
    Mistake(
      "images:\n      rootfs:\n",
      "images:\n      ../rootfs:\n",
      "12:7 error not-a-name: the label of an image becomes a folder's name, which '../rootfs' cannot be"
        + " | expected a name without '/'"
    ),
    Mistake(
      "rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "rootfs: rootfs.img\n",
      "12:15 error wrong-type: the image 'rootfs' cannot be the text 'rootfs.img'"
        + " | expected a mapping of keys to values"
    ),
    Mistake(
      "rootfs:\n        url: rootfs.img\n        image_arg: -hda {rootfs}\n",
      "rootfs:\n",
      "12:7 error missing-value: the image 'rootfs' has no keys | expected a mapping with 'url' and 'image_arg'"
    ),
    Mistake(
      "        url: rootfs.img\n",
      "        uri: rootfs.img\n",
      "13:9 error unknown-key: unknown key 'uri' in the image 'rootfs', which needs 'url' | meant url"
    ),
    Mistake(
      "        url: rootfs.img\n",
      "",
      "12:7 error missing-key: the image 'rootfs' needs 'url' | expected a text"
    ),
    Mistake(
      "rootfs.img\n",
      "htpps://example.org/rootfs.img\n",
      "13:14 error unknown-value: 'htpps' is not a known scheme of a URL"
        + " | expected one of: downloads, file, http, https, rclone, scp | meant https"
    ),
    Mistake(
      "rootfs.img\n",
      "https://example.org/{{ BUILD }}/rootfs.img\n",
      "13:14 warning template-left: '{{ BUILD }}/rootfs.img' looks like a placeholder of a template that was not filled in"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        compression: gzip\n",
      "14:22 error unknown-value: 'gzip' is not a known value of 'compression' in the image 'rootfs'"
        + " | expected one of: bz2, gz, xz, zip, zstd | meant gz"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        compression: zip\n",
      "14:22 note zip-unpacked: 'compression: zip' unpacks the one file of the image 'rootfs'; LAVA would leave it packed"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        sha256sum: d41d8cd98f00b204e9800998ecf8427e\n",
      "14:20 error bad-checksum: 'sha256sum' of the image 'rootfs' is none: no file can have it"
        + " | expected 64 hexadecimal digits"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        overlays: {lava: true}\n",
      "12:7 error missing-key: the image 'rootfs' needs 'format' | expected one of: cpio.newc, ext4, tar"
    ),
    Mistake(
      "rootfs.img\n",
      "rootfs.img\n        overlays: {lava: true}\n        format: cpio\n",
      "15:17 error unknown-value: 'cpio' is not a known value of 'format' in the image 'rootfs'"
        + " | expected one of: cpio.newc, ext4, tar | meant cpio.newc"
    ),
  ]

  /// What the deploys for boards need.
  private static let boards = [
    Mistake(
      imagesText,
      "to: tftp\n    kernel: zImage\n",
      "11:13 error wrong-type: 'kernel' of the deploy action cannot be the text 'zImage'"
        + " | expected a mapping of keys to values"
    ),
    Mistake(
      imagesText,
      "to: tftp\n    kernel: {url: zImage, type: zImage}\n",
      "11:33 error unknown-value: 'zImage' is not a known value of 'type' in 'kernel' of the deploy action"
        + " | expected one of: image, uimage, zimage | meant zimage"
    ),
    Mistake(
      imagesText,
      "to: tftp\n    dtbo: [{uri: a.dtbo}]\n",
      "11:13 error unknown-key: unknown key 'uri' in an item of 'dtbo', which needs 'url' | meant url"
    ),
    Mistake(
      imagesText,
      "to: usb\n    image: {url: disk.img}\n",
      "9:3 error missing-key: the deploy action needs 'device' | expected a text"
    ),
    Mistake(
      imagesText,
      "to: sata\n    device: SSD\n",
      "9:3 error missing-key: the deploy action needs 'image' | expected the file: {url: …}"
    ),
    Mistake(
      imagesText,
      "to: tftp\n    nfs_url: 'a:/b'\n    ramdisk: {url: r, header: u-boot, add-header: u-boot, allow_modify: true}\n",
      "11:5 note old-key: 'nfs_url' of the deploy action is a key of older versions of LAVA",
      "12:39 note old-key: 'add-header' of 'ramdisk' of the deploy action is a key of older versions of LAVA",
      "12:59 note old-key: 'allow_modify' of 'ramdisk' of the deploy action is a key of older versions of LAVA"
    ),
    Mistake(
      imagesText,
      "to: tftp\n    persistent_nfs: {address: here}\n",
      "11:31 error bad-nfs-address: 'address' is no address of an NFS root: 'here' | expected SERVER:/PATH, the path from the root on"
    ),
    Mistake(
      imagesText,
      "to: tftp\n    persistent_nfs: {install_overlay: false}\n",
      "11:5 error missing-key: 'persistent_nfs' of the deploy action needs 'address' | expected SERVER:/PATH"
    ),
    Mistake(
      imagesText,
      "to: tftp\n    nfsrootfs: {url: r}\n    persistent_nfs: {address: 'a:/b'}\n",
      "12:31 error two-roots: the deploy action has both 'nfsrootfs' and 'persistent_nfs'"
    ),
    Mistake(
      imagesText,
      "to: tftp\n    nfsrootfs: {url: r, prefix: /etc/}\n",
      "11:33 error wrong-type: 'prefix' cannot be the text '/etc/' | expected a folder of the archive: relative, and with '/' at its end"
    ),
    Mistake(
      imagesText,
      "to: sata\n    device: SSD\n    image: {url: i}\n    UUID: u\n    boot_part: 1\n",
      "13:5 note old-key: 'UUID' of the deploy action is a key of older versions of LAVA",
      "14:5 note old-key: 'boot_part' of the deploy action is a key of older versions of LAVA"
    ),
    Mistake(
      imagesText,
      "to: ssh\n    connection: ssh\n",
      "11:5 note old-key: 'connection' of the deploy action is a key of older versions of LAVA"
    ),
    Mistake(
      imagesText,
      "to: docker\n    image: {nam: debian}\n",
      "11:13 error unknown-key: unknown key 'nam' in 'image' of the deploy action, which needs 'name' | meant name"
    ),
    Mistake(
      imagesText,
      "to: docker\n",
      "9:3 error missing-key: the deploy action needs 'image' | expected the name of a container's image"
    ),
    Mistake(
      imagesText,
      "to: overlay\n    kernel: {url: zImage}\n",
      "11:5 warning unknown-key: unknown key 'kernel' in the deploy action: it has no effect | expected one of: authorize, os"
    ),
  ]
}
