// SPDX-License-Identifier: Apache-2.0

import Overlay
import Testing
import YAMLDocument

@Suite struct EnvironmentTests {
  /// The vector of spec test-shell §4.1, which came out of LAVA.
  @Test func environmentOfTheSpec() {
    var environment = OverlayEnvironment(jobID: "4242", dispatcherIP: "192.0.2.1")
    environment.device = [
      "BOARD": "it's", "NUM": 7, "FLAG": true, "NEST": ["a": "x", "b": [1, "two"]],
    ]
    environment.deviceInfo = [["board_id": "0123"]]
    environment.staticInfo = [["probe_channel": "ch1", "probe_ip": "10.0.0.9"], ["k2": "v 2"]]
    environment.storageInfo = [["SATA": "/dev/disk/by-id/ata-X"], ["UMS": "/dev/disk/by-id/usb-Y"]]
    environment.job = ["JOBENV": "a b", "N": 3]
    environment.tags = ["t1", "t2"]
    environment.hostname = "fake01"
    environment.deviceType = "fake"
    environment.httpCache = "http://cache/?u=%s"
    #expect(
      environment.text == #"""
        export BOARD='it'"'"'s'
        export NUM=7
        export FLAG=1
        export NEST_a=x
        export NEST_b_0=1
        export NEST_b_1=two
        export LAVA_DEVICE_INFO_0_board_id=0123
        export LAVA_STATIC_INFO_0_probe_channel=ch1
        export LAVA_STATIC_INFO_0_probe_ip=10.0.0.9
        export LAVA_STATIC_INFO_1_k2='v 2'
        export LAVA_STORAGE_INFO_0_SATA=/dev/disk/by-id/ata-X
        export LAVA_STORAGE_INFO_1_UMS=/dev/disk/by-id/usb-Y
        export JOBENV='a b'
        export N=3
        export LAVA_JOB_ID=4242
        export LAVA_DISPATCHER_IP=192.0.2.1
        export LAVA_JOB_TAGS=t1,t2
        export LAVA_DISPATCHER_PREFIX=''
        export LAVA_DEVICE_HOSTNAME=fake01
        export LAVA_DEVICE_TYPE=fake
        export HTTP_CACHE='http://cache/?u=%s'

        """#
    )
  }

  /// A name that no shell takes would end the reading of the whole file in dash.
  @Test func aNameThatNoShellTakesIsLeftOut() {
    var environment = OverlayEnvironment(jobID: "1", dispatcherIP: "192.0.2.1")
    environment.device = ["my-key": 1, "OK": false, "NOTHING": .null, "RATIO": .float(0.5)]
    environment.job = ["first", "second"]
    #expect(environment.unusableNames == ["my-key", "0", "1"])
    #expect(environment.text.hasPrefix("export OK=0\nexport NOTHING=''\nexport RATIO=0.5\nexport LAVA_JOB_ID=1\n"))
  }
}
