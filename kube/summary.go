package kube

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/mulebot/mulebot/models"
)

// longestSummary bounds a kubelet's answer; one of 500 pods has some 3 MB.
const longestSummary = 32 << 20

// Summary is what a kubelet says of the file systems on its node (GET stats/summary).
type Summary struct {
	Node   string
	Claims map[string]models.Filesystem // by key(namespace, name) of the claim that a pod mounts
}

// amount is a number of a kubelet's answer. Whatever else stands there counts as not told.
type amount struct {
	n     int64
	known bool
}

func (a *amount) UnmarshalJSON(raw []byte) error {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil && n >= 0 {
		a.n, a.known = n, true
	}
	return nil
}

func (a amount) bytes() models.Bytes {
	if !a.known {
		return models.UnknownBytes
	}
	return models.Bytes(a.n)
}

// summaryJSON is the part of the answer that is read.
type summaryJSON struct {
	Node struct {
		NodeName string `json:"nodeName"`
	} `json:"node"`
	Pods []struct {
		Volume []volumeJSON `json:"volume"`
	} `json:"pods"`
}

type volumeJSON struct {
	Time           string `json:"time"`
	CapacityBytes  amount `json:"capacityBytes"`
	UsedBytes      amount `json:"usedBytes"`
	AvailableBytes amount `json:"availableBytes"`
	Inodes         amount `json:"inodes"`
	InodesUsed     amount `json:"inodesUsed"`
	PVCRef         struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"pvcRef"` // empty for volumes without a claim
}

var (
	errNoSummary = errors.New("it does not answer as a kubelet does")
	errTooLong   = fmt.Errorf("its answer is longer than %d MiB", longestSummary>>20)
)

// parseSummary reads a kubelet's answer. What is said without a time was so now.
func parseSummary(r io.Reader, now time.Time) (*Summary, error) {
	limited := &io.LimitedReader{R: r, N: longestSummary}
	var answer summaryJSON
	if err := json.NewDecoder(limited).Decode(&answer); err != nil {
		if limited.N <= 0 {
			return nil, errTooLong
		}
		return nil, fmt.Errorf("%w: %w", errNoSummary, err)
	}
	if answer.Node.NodeName == "" {
		return nil, errNoSummary
	}
	s := &Summary{Node: answer.Node.NodeName, Claims: map[string]models.Filesystem{}}
	for _, pod := range answer.Pods {
		for _, v := range pod.Volume {
			at, err := time.Parse(time.RFC3339, v.Time)
			if err != nil {
				at = now
			}
			claim := key(v.PVCRef.Namespace, v.PVCRef.Name)
			f, ok := filesystemOf(v.CapacityBytes.bytes(), v.UsedBytes.bytes(), v.AvailableBytes.bytes())
			if last, twice := s.Claims[claim]; !ok || v.PVCRef.Name == "" || twice && last.At.After(at) {
				continue
			}
			f.Inodes, f.InodesUsed, f.At, f.Source = v.Inodes.n, v.InodesUsed.n, at, fromKubelet
			s.Claims[claim] = f
		}
	}
	return s, nil
}

// filesystemOf makes a file system of its figures, and reports whether they can be those of one. Of a raw block device
// kubelets tell the capacity and 0 of everything else.
func filesystemOf(size, used, free models.Bytes) (models.Filesystem, bool) {
	if size <= 0 || !used.IsKnown() || used > size || used == 0 && free <= 0 {
		return models.Filesystem{}, false
	}
	if !free.IsKnown() || free > size-used {
		free = size - used
	}
	return models.Filesystem{Size: size, Used: used, Free: free}, true
}
